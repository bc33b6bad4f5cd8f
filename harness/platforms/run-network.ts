import { StagegateError } from '../model/index.ts';
import { unlessGone } from '../plumbing/engine-answers.ts';

/** One run's own Docker network. Disposing disconnects who is still in it, and removes it. */
export interface RunNetwork extends AsyncDisposable {
  readonly name: string;
  /** This machine's address in it, by which containers reach servers of the harness that listen there. */
  readonly gateway: string;
}

/** @throws `SG_ENGINE_FAILED` */
export async function createRunNetwork(
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<RunNetwork> {
  const { default: Docker } = await import('dockerode');
  const docker = new Docker();
  try {
    const network = await docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: labels,
    });
    const { IPAM } = await network.inspect();
    const gateway = IPAM?.Config?.[0]?.Gateway?.replace(/\/.*/, '');
    if (gateway === undefined) throw new Error(`network ${name} has no gateway`);
    return {
      name,
      gateway,
      async [Symbol.asyncDispose]() {
        const members = await network
          .inspect()
          .then(({ Containers = {} }) => Object.keys(Containers), unlessGone);
        await Promise.all(
          (members ?? []).map((Container) =>
            network.disconnect({ Container, Force: true }).catch(unlessGone),
          ),
        );
        await network.remove().catch(unlessGone);
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
