import { exitCodes, StagegateError } from '../../model/index.ts';
import {
  type ChangeEnd,
  type ClusterAccess,
  findApp,
  listApps,
  restartApp,
  scaleApp,
} from '../../operations/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';

export interface ChangeCommandOptions extends ClusterOption {
  readonly wait: boolean;
  readonly force?: boolean;
}

/** `stagegate restart`: new tasks of the same version, one service after the other. */
export function restart(
  services: readonly string[],
  options: ChangeCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const changes = services.map((name) => ({
    name,
    said: 'restarted',
    make: (access: ClusterAccess, appId: string) => restartApp(access, appId, { ...options, signal }),
  }));
  return carryOut(changes, options);
}

/** `stagegate scale`: the services to the numbers of instances they are given with. */
export function scale(
  wishes: readonly string[],
  options: ChangeCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const changes = wishes.map((wish) => {
    const [, name = '', instances = ''] = /^(.+)=(\d+)$/.exec(wish) ?? [];
    if (name === '') {
      throw new StagegateError('SG_USAGE', `"${wish}" names no number of instances; write such as orders=3.`);
    }
    return {
      name,
      said: `scaled to ${instances}`,
      make: (access: ClusterAccess, appId: string) =>
        scaleApp(access, appId, Number(instances), { ...options, signal }),
    };
  });
  return carryOut(changes, options);
}

interface Wish {
  readonly name: string;
  readonly said: string;
  readonly make: (access: ClusterAccess, appId: string) => Promise<ChangeEnd>;
}

/** Every name is looked up before anything changes. */
async function carryOut(wishes: readonly Wish[], options: ChangeCommandOptions): Promise<number> {
  const { access } = await findCluster(options);
  const apps = await listApps(access);
  const changes = wishes.map((wish) => ({ ...wish, appId: findApp(apps, wish.name).id }));
  const ends: ChangeEnd[] = [];
  for (const { appId, said, make } of changes) {
    const end = await make(access, appId);
    ends.push(end);
    if (options.json !== true) {
      const how = end.outcome === 'started' ? `deployment ${end.deploymentId} started` : said;
      process.stdout.write(`${appId}: ${how}\n`);
    }
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(ends, null, 2)}\n`);
  return exitCodes.yes;
}
