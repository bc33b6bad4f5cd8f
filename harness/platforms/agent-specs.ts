import { createServer } from 'node:net';
import { StagegateError } from '../model/index.ts';
import type { AgentSpec } from '../servers/mesos/index.ts';
import type { ClusterSpec } from './cluster.ts';
import { agentResources, withPorts } from './machine.ts';
import { claimPortBlock } from './port-block.ts';

const loopback = '127.0.0.1';

/**
 * What each agent of an embedded cluster offers, and where it listens. The ports that it claims are given back with `started`.
 * @throws `SG_CLUSTER_NOT_READY` when the system lacks the loopback addresses that `distinctHosts` needs
 */
export async function agentSpecs(
  spec: ClusterSpec,
  started: AsyncDisposableStack,
): Promise<readonly AgentSpec[]> {
  return Promise.all(
    Array.from({ length: spec.agents }, async (_, index): Promise<AgentSpec> => {
      const host = spec.distinctHosts === true ? await ownAddress(index) : loopback;
      const ports = started.use(await claimPortBlock(host));
      const attributes = spec.agentAttributes?.at(index % spec.agentAttributes.length);
      return {
        host,
        resources:
          spec.agentResources === null
            ? agentResources(spec.agents, ports)
            : withPorts(spec.agentResources, ports),
        ...(attributes === undefined ? {} : { attributes }),
      };
    }),
  );
}

/** 127.0.0.2 for the first agent, and so on. Linux has all of 127.0.0.0/8; other systems have to be given them. */
async function ownAddress(index: number): Promise<string> {
  const address = `127.0.${Math.floor((index + 2) / 256)}.${(index + 2) % 256}`;
  const problem = await new Promise<Error | null>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address, port: 0 }, () => server.close(() => resolve(null)));
  });
  if (problem === null) return address;
  throw new StagegateError(
    'SG_CLUSTER_NOT_READY',
    `Agent ${index + 1} cannot listen on ${address}: ${problem.message}. Add the address to the loopback interface, or do without distinct hosts.`,
    { cause: problem },
  );
}
