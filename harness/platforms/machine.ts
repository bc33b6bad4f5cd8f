import { availableParallelism, totalmem } from 'node:os';
import type { PortBlock } from './port-block.ts';

type Ports = Pick<PortBlock, 'first' | 'last'>;

/** The part of memory that tasks may be offered; the rest is for the harness, its stores and the system. */
const memoryShare = 0.5;
/** Tasks wait more than they work: this many may share a core. */
const cpusPerCore = 4;
const diskMiB = 10_240;
const mebibyte = 2 ** 20;

/** What one of `agents` equal agents offers, as Mesos writes it: this machine divided among them. */
export function agentResources(agents: number, ports: Ports): string {
  const cpus = Math.max(1, Math.floor((availableParallelism() * cpusPerCore) / agents));
  const memMiB = Math.max(1024, Math.floor((totalmem() * memoryShare) / mebibyte / agents));
  return withPorts(`cpus:${cpus};mem:${memMiB};disk:${diskMiB}`, ports);
}

/** What the largest agent of an embedded cluster offers, before it is started. */
export function largestAgentOf(
  agents: number,
  resources: string | null,
): { readonly cpus: number; readonly memMiB: number } {
  const text = resources ?? agentResources(agents, { first: 0, last: 0 });
  const amount = (name: string): number =>
    Number(new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([\\d.]+)`).exec(text)?.[1] ?? 0);
  return { cpus: amount('cpus'), memMiB: amount('mem') };
}

/** `resources` with ports added, unless they name some. */
export function withPorts(resources: string, { first, last }: Ports): string {
  return /(^|;)\s*ports\s*:/.test(resources) ? resources : `${resources};ports:[${first}-${last}]`;
}
