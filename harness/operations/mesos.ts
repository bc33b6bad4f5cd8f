import type { MesosTask } from '../diagnosis/index.ts';
import { StagegateError } from '../model/index.ts';
import { ask, type ClusterAccess } from './access.ts';

/** Mesos' JSON as far as it is read here; more members may be there. */
export interface MesosAgent {
  readonly id: string;
  readonly hostname: string;
  /** `slave(1)@10.0.0.7:5051`: where the agent listens. */
  readonly pid: string;
}

interface MesosState {
  readonly frameworks?: readonly {
    readonly tasks?: readonly MesosTask[];
    readonly completed_tasks?: readonly MesosTask[];
  }[];
}

/** When the task's first status came, in seconds since the epoch; 0 before. */
export function startOf({ statuses }: MesosTask): number {
  return statuses?.[0]?.timestamp ?? 0;
}

const endStates = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_GONE',
]);

export function hasEnded({ state }: MesosTask): boolean {
  return endStates.has(state);
}

/** @throws `SG_CLUSTER_FAILED` where there is no Mesos */
export function mesosUrl({ mesos }: ClusterAccess, path: string): URL {
  if (mesos === null)
    throw new StagegateError('SG_CLUSTER_FAILED', 'No Mesos master is known for this cluster.');
  return new URL(path, mesos);
}

/** Running and ended tasks, as far as the master remembers them. */
export async function listTasks(access: ClusterAccess): Promise<readonly MesosTask[]> {
  const { frameworks = [] } = await ask<MesosState>(access, mesosUrl(access, '/state'));
  return frameworks.flatMap(({ tasks = [], completed_tasks = [] }) => [...tasks, ...completed_tasks]);
}

/** Finds agents' addresses, and asks the master again for an agent it does not know yet. */
export class AgentDirectory {
  readonly #access: ClusterAccess;
  #known: ReadonlyMap<string, URL> = new Map();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** @throws `SG_CLUSTER_FAILED` for an agent that the master does not know */
  async urlOf(agentId: string): Promise<URL> {
    const known = this.#known.get(agentId);
    if (known !== undefined) return known;
    const { slaves } = await ask<{ slaves: readonly MesosAgent[] }>(
      this.#access,
      mesosUrl(this.#access, '/slaves'),
    );
    this.#known = new Map(slaves.map(({ id, pid }) => [id, agentUrl(pid)]));
    const found = this.#known.get(agentId);
    if (found === undefined) {
      throw new StagegateError(
        'SG_CLUSTER_FAILED',
        `Mesos knows no agent ${agentId}: it is gone, and its tasks' files with it.`,
      );
    }
    return found;
  }
}

function agentUrl(pid: string): URL {
  return new URL(`http://${pid.slice(pid.lastIndexOf('@') + 1)}/`);
}
