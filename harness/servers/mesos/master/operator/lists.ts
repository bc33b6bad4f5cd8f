/** The read endpoints that list one kind of thing. */
import type { MasterContext } from '../context.ts';
import type { Task } from '../entities.ts';
import { flatAgent, flatAgentInFull, flatFramework, flatFrameworkSummary, flatTask } from './flat.ts';

const defaultTaskLimit = 100;

/** `/slaves?slave_id=`. */
export function renderSlaves(context: MasterContext, query: URLSearchParams): unknown {
  const wanted = query.get('slave_id');
  const isWanted = ({ id }: { readonly id: string }): boolean => wanted === null || wanted === id;
  return {
    slaves: [...context.agents.values()].filter(isWanted).map(flatAgentInFull),
    recovered_slaves: [...context.recoveredAgents.values()].filter(isWanted),
  };
}

/** `/frameworks?framework_id=`. */
export function renderFrameworks(context: MasterContext, query: URLSearchParams): unknown {
  const wanted = query.get('framework_id');
  const isWanted = ({ id }: { readonly id: string }): boolean => wanted === null || wanted === id;
  return {
    frameworks: [...context.frameworks.values()]
      .filter(isWanted)
      .map((entry) => flatFramework(context, entry)),
    completed_frameworks: [...context.completedFrameworks.values()]
      .filter(isWanted)
      .map((entry) => flatFramework(context, entry)),
    unregistered_frameworks: [],
  };
}

/** `/tasks?limit=&offset=&order=&framework_id=&task_id=`, by the time of their first status. */
export function renderTasks(context: MasterContext, query: URLSearchParams): unknown {
  const framework = query.get('framework_id');
  const id = query.get('task_id');
  const found: Task[] = [];
  for (const entry of [...context.frameworks.values(), ...context.completedFrameworks.values()]) {
    if (framework !== null && entry.id !== framework) continue;
    for (const tasks of [entry.tasks, entry.unreachableTasks, entry.completedTasks]) {
      for (const task of tasks.values()) if (id === null || task.id === id) found.push(task);
    }
  }
  const direction = query.get('order') === 'asc' ? 1 : -1;
  const firstTime = ({ statuses }: Task): number => statuses[0]?.timestamp ?? 0;
  found.sort((a, b) => direction * (firstTime(a) - firstTime(b)));
  const offset = wholeNumber(query.get('offset')) ?? 0;
  const limit = wholeNumber(query.get('limit')) ?? defaultTaskLimit;
  return { tasks: found.slice(offset, offset + limit).map(flatTask) };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

const countedStates = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_KILLED',
  'TASK_FAILED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_UNREACHABLE',
] as const;

/** `/state-summary`: counters instead of tasks. */
export function renderSummary(context: MasterContext): unknown {
  const byAgent = new Map<string, Tally>();
  const byFramework = new Map<string, Tally>();
  for (const framework of context.frameworks.values()) {
    for (const tasks of [framework.tasks, framework.unreachableTasks, framework.completedTasks]) {
      for (const task of tasks.values()) {
        tallyOf(byFramework, framework.id).count(task, task.agentId);
        tallyOf(byAgent, task.agentId).count(task, framework.id);
      }
    }
  }
  const { cluster } = context.flags;
  return {
    hostname: context.address.hostname,
    ...(cluster === undefined ? {} : { cluster }),
    slaves: [...context.agents.values()].map((agent) => {
      const tally = tallyOf(byAgent, agent.id);
      return { ...flatAgent(agent), ...tally.counters, framework_ids: [...tally.partners] };
    }),
    frameworks: [...context.frameworks.values()].map((framework) => {
      const tally = tallyOf(byFramework, framework.id);
      return {
        ...flatFrameworkSummary(context, framework),
        ...tally.counters,
        slave_ids: [...tally.partners],
      };
    }),
  };
}

class Tally {
  readonly counters: Record<string, number> = Object.fromEntries(countedStates.map((state) => [state, 0]));
  readonly partners = new Set<string>();

  count({ state }: Task, partner: string): void {
    if (state in this.counters) this.counters[state] = (this.counters[state] ?? 0) + 1;
    this.partners.add(partner);
  }
}

function tallyOf(tallies: Map<string, Tally>, id: string): Tally {
  const tally = tallies.get(id) ?? new Tally();
  tallies.set(id, tally);
  return tally;
}
