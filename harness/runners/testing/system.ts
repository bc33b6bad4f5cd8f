import { appIdOf } from '../../environments/index.ts';
import type { MarathonClient, StartedDeployment } from '../../platforms/index.ts';
import { edgeAddress, openMarathon } from './cluster-access.ts';
import { stage, stageService } from './stage.ts';
import { waitFor } from './wait-for.ts';

/** The whole system as it is deployed in the environment under test. */
export interface System {
  readonly environment: { readonly name: string; readonly group: string };
  /** Outside systems by name, as tasks reach them. */
  readonly externals: Readonly<Record<string, string>>;
  readonly marathon: MarathonClient;
  /** The stable address of a service on the edge. */
  url(service: string): string;
  /** `/staging/shop/orders` */
  appId(service: string): string;
  /** Ids of the running tasks of a service. */
  tasks(service: string): Promise<readonly string[]>;
  /** Resolves once as many tasks are healthy, and no other is left. */
  scale(service: string, instances: number): Promise<void>;
  /** Brings a new version that differs in one label, and resolves once only its tasks are left, healthy. */
  roll(service: string): Promise<void>;
  /** Kills one task as a failing machine would look to Marathon; resolves to its id once Marathon was told. */
  killTask(service: string): Promise<string>;
  readonly waitFor: typeof waitFor;
}

const deploymentTimeoutMs = 60_000;

/** Addresses are asked for when the file begins, so that `url` needs no waiting. */
const addresses = new Map<string, string>();

/** Asks the edge for the address of every service. Run before the tests of a file. */
export async function readAddresses(): Promise<void> {
  const { environment, cluster, services } = stage();
  if (environment === undefined || cluster === undefined) return;
  for (const service of Object.keys(services)) {
    addresses.set(service, await edgeAddress(appIdOf(environment.group, service)));
  }
}

/**
 * The system in its environment, and what a test may do to it.
 *
 * @example
 * const { url } = system();
 * await axios.get(`${url('gateway')}/products`);
 */
export function system(): System {
  const { environment, externals, stage: name } = stage();
  if (environment === undefined) throw new Error(`The ${name} stage has no environment; acceptance has.`);
  const marathon = openMarathon();
  const appId = (service: string): string => {
    stageService(service);
    return appIdOf(environment.group, service);
  };
  const settle = async (started: StartedDeployment): Promise<void> => {
    const signal = AbortSignal.timeout(deploymentTimeoutMs);
    const end = await marathon.waitForDeployment(started.deploymentId, { signal });
    if (end === 'failed')
      throw new Error(
        `the deployment ${started.deploymentId} failed; Marathon's events and the service's log say why.`,
      );
  };
  return {
    environment,
    externals,
    marathon,
    waitFor,
    appId,
    url(service) {
      const address = addresses.get(service);
      if (address === undefined) throw new Error(`The edge has no address of ${appId(service)}.`);
      return address;
    },
    tasks: async (service) => idsOf(await marathon.tasks(appId(service))),
    scale: async (service, instances) => settle(await marathon.scale(appId(service), instances)),
    async roll(service) {
      const labels = (await marathon.app(appId(service)))?.labels;
      const rolled = { ...labels, STAGEGATE_ROLLED_AT: new Date().toISOString() };
      await settle(await marathon.patchApp(appId(service), { labels: rolled }));
    },
    async killTask(service) {
      const [task] = idsOf(await marathon.tasks(appId(service)));
      if (task === undefined) throw new Error(`${appId(service)} has no running task to kill.`);
      await marathon.killTasks([task]);
      return task;
    },
  };
}

function idsOf(tasks: readonly { readonly id: string; readonly state: string }[]): string[] {
  return tasks.filter(({ state }) => state === 'TASK_RUNNING').map(({ id }) => id);
}
