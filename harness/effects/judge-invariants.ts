import type { Config } from '../config/index.ts';
import { appIdOf, groupOf } from '../environments/index.ts';
import { edgeAddressOf, processesOfTask } from '../platforms/index.ts';
import {
  checkInvariants,
  type InvariantFinding,
  loadInvariants,
  loadJourneys,
  runSmoke,
  type SmokeFindings,
} from '../rehearsal/index.ts';
import type { InvariantsOrder } from '../steps/index.ts';
import type { Resources } from './resources.ts';

const healthyWithinMs = 60_000;
const againMs = 200;

/** Asks the project's invariants of a deployed system; nothing where there are none, or no journey to judge them by. */
export async function judgeInvariants(
  config: Config,
  resources: Resources,
  { environment, disturb, onProgress }: InvariantsOrder,
  signal: AbortSignal,
): Promise<readonly InvariantFinding[]> {
  const [journeys, invariants] = await Promise.all([loadJourneys(config.root), loadInvariants(config.root)]);
  const platform = resources.openedFor(environment);
  if (invariants.length === 0 || platform === null) return [];
  const marathon = resources.marathonOf(environment);
  const group = groupOf(environment, config.system);
  return checkInvariants({
    journeys: journeys.map(({ made }) => made),
    invariants,
    disturb,
    addressOf: (service) => edgeAddressOf(platform.access, appIdOf(group, service)),
    async kill(service) {
      const id = appIdOf(group, service);
      const task = (await marathon.tasks(id)).find(({ state }) => state === 'TASK_RUNNING');
      if (task === undefined) return;
      platform.watch.expectEnd(task.id);
      const processes = await processesOfTask(task.id);
      for (const pid of processes) endProcess(pid);
      // Somebody else's machine, or a container that hides its processes: Marathon has to do it.
      if (processes.length === 0) await marathon.killTasks([task.id]);
      const until = performance.now() + healthyWithinMs;
      for (;;) {
        const app = await marathon.app(id);
        const others = app?.tasks?.filter(
          ({ id: other, state }) => other !== task.id && state === 'TASK_RUNNING',
        );
        if ((others?.length ?? 0) > 0 && (app?.tasksHealthy ?? 0) >= (app?.instances ?? 1)) return;
        if (performance.now() > until) return;
        await new Promise((resolve) => setTimeout(resolve, againMs));
        signal.throwIfAborted();
      }
    },
    onProgress,
    signal,
  });
}

/** Runs the journeys that change nothing against an environment; nothing where it is not open. */
export async function smokeIn(
  config: Config,
  resources: Resources,
  environment: string,
): Promise<SmokeFindings> {
  const platform = resources.openedFor(environment);
  if (platform === null) return { requests: 0, failures: [] };
  const group = groupOf(environment, config.system);
  const journeys = (await loadJourneys(config.root)).map(({ made }) => made);
  return runSmoke(journeys, (service) => edgeAddressOf(platform.access, appIdOf(group, service)));
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself just now.
  }
}
