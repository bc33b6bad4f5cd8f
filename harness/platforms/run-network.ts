import type Docker from 'dockerode';
import { StagegateError } from '../model/index.ts';
import { unlessGone } from '../plumbing/engine-answers.ts';
import { openEngine } from '../plumbing/open-engine.ts';

/**
 * One run's own Docker networks: one for stores and whatever has no environment, and one for each environment, so that the
 * tasks of one do not reach those of another. Disposing disconnects who is still in them, and removes them.
 */
export interface RunNetwork extends AsyncDisposable {
  readonly name: string;
  /** This machine's address in it, by which containers of every network reach servers of the harness that listen there. */
  readonly gateway: string;
  /**
   * The network for tasks of a role, made when it is first asked for; what runs in the run's own network without being a
   * task, such as a store, is in it too. `*` is no environment: its tasks are in the run's own.
   * @throws Error with the engine's words
   */
  ofRole(role: string): Promise<string>;
}

/** @throws `SG_ENGINE_FAILED` */
export async function createRunNetwork(
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<RunNetwork> {
  const docker = await openEngine();
  const networks = new Map<string, Promise<Docker.Network>>();
  try {
    const own = await create(docker, name, labels);
    const { IPAM } = await own.inspect();
    const gateway = IPAM?.Config?.[0]?.Gateway?.replace(/\/.*/, '');
    if (gateway === undefined) throw new Error(`network ${name} has no gateway`);
    return {
      name,
      gateway,
      async ofRole(role) {
        if (role === '*') return name;
        const nameOfRole = `${name}-${role.replaceAll(/[^\w.-]/g, '-')}`;
        const network = networks.get(role) ?? create(docker, nameOfRole, labels);
        networks.set(role, network);
        await share(docker, own, await network);
        return nameOfRole;
      },
      async [Symbol.asyncDispose]() {
        const made = await Promise.allSettled(networks.values());
        const all = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
        await Promise.all([own, ...all].map(remove));
      },
    };
  } catch (error) {
    throw new StagegateError(
      'SG_ENGINE_FAILED',
      `The Docker engine could not create the network ${name}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function create(
  docker: Docker,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<Docker.Network> {
  return docker.createNetwork({ Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: { ...labels } });
}

/** Puts what is in one network, and is no task, into another too, under the same names. */
async function share(docker: Docker, from: Docker.Network, to: Docker.Network): Promise<void> {
  const [there, here] = await Promise.all([membersOf(from), membersOf(to)]);
  const missing = there.filter((id) => !here.includes(id));
  await Promise.all(
    missing.map(async (id) => {
      const { Config, NetworkSettings } = await docker.getContainer(id).inspect();
      if (Config.Labels.MESOS_TASK_ID !== undefined) return;
      const aliases = Object.values(NetworkSettings.Networks).flatMap(
        ({ Aliases }) => (Aliases as readonly string[] | null | undefined) ?? [],
      );
      const EndpointConfig = { Aliases: [...new Set(aliases)] };
      // Two tasks that start at once may both find it missing.
      await to.connect({ Container: id, EndpointConfig }).catch((error: Error) => {
        if (!/already exists/.test(error.message)) throw error;
      });
    }),
  );
}

async function membersOf(network: Docker.Network): Promise<readonly string[]> {
  const { Containers = {} } = await network.inspect();
  return Object.keys(Containers);
}

async function remove(network: Docker.Network): Promise<void> {
  const members = (await membersOf(network).catch(unlessGone)) ?? [];
  await Promise.all(
    members.map((Container) => network.disconnect({ Container, Force: true }).catch(unlessGone)),
  );
  await network.remove().catch(unlessGone);
}
