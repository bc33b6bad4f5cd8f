import type { AppDefinition } from '../config/index.ts';
import type { AppFacts, CheckAnswer, StuckTask } from '../platforms/index.ts';

/** Why a deployment does not get on. */
export interface Stuck {
  /** The same while the same thing goes wrong, whatever task shows it. */
  readonly what: 'no-room' | 'not-placed' | 'no-listener' | 'wrong-port' | 'wrong-answer' | 'no-answer';
  /** One sentence: `nothing listens on port 31005, where its health check asks; it listens on 3000`. */
  readonly because: string;
  /** How long this must last until nobody waits any more; null: it may yet pass. */
  readonly hopelessAfterMs: number | null;
}

/** Longer than services take to answer as they should once they listen. */
const patienceMs = 15_000;

/** Why an app is not healthy, from what was seen of it; null when nothing speaks against it yet. Pure. */
export function whyStuck(app: AppDefinition, facts: AppFacts): Stuck | null {
  const running = facts.tasks.filter(({ state }) => state === 'TASK_RUNNING');
  if (running.length === 0) return notPlaced(app, facts);
  const found = running.flatMap((task) => task.checks.flatMap((check) => failing(check, task, app) ?? []));
  return found[0] ?? null;
}

type Resource = 'cpus' | 'mem' | 'disk';
const resources: readonly (readonly [Resource, string])[] = [
  ['cpus', 'CPUs'],
  ['mem', 'MiB of memory'],
  ['disk', 'MiB of disk'],
];

function notPlaced(app: AppDefinition, { waiting, agents }: AppFacts): Stuck | null {
  for (const [member, unit] of resources) {
    const asked = app[member] ?? 0;
    const largest = Math.max(...agents.map((agent) => agent[member]));
    if (agents.length > 0 && typeof asked === 'number' && asked > largest) {
      return {
        what: 'no-room',
        because: `no agent has ${asked} ${unit}; the largest of ${agents.length} has ${largest}`,
        hopelessAfterMs: 0,
      };
    }
  }
  if (waiting === null) return null;
  const refused = Object.entries(waiting.refusals).filter(([, times]) => times > 0);
  if (refused.length === 0) {
    return waiting.delaySeconds > 0
      ? {
          what: 'not-placed',
          because: `Marathon waits ${waiting.delaySeconds} s before it starts the next task`,
          hopelessAfterMs: null,
        }
      : {
          what: 'not-placed',
          because: `no offer has come for it (it runs under the role ${waiting.role})`,
          hopelessAfterMs: null,
        };
  }
  const reasons = refused.map(([reason, times]) => `${times} for ${words[reason] ?? reason}`);
  return {
    what: 'not-placed',
    because: `the latest offers were refused: ${reasons.join(', ')}`,
    hopelessAfterMs: null,
  };
}

/** Marathon's reasons, in words. */
const words: Readonly<Record<string, string>> = {
  UnfulfilledRole: 'its role',
  UnfulfilledConstraint: 'its constraints',
  NoCorrespondingReservationFound: 'want of its reservation',
  AgentMaintenance: 'maintenance of the agent',
  InsufficientCpus: 'too few CPUs',
  InsufficientMemory: 'too little memory',
  InsufficientDisk: 'too little disk',
  InsufficientGpus: 'too few GPUs',
  InsufficientPorts: 'want of ports',
  DeclinedScarceResources: 'scarce resources that it does not need',
};

function failing(
  { kind, path, port, answer }: CheckAnswer,
  task: StuckTask,
  app: AppDefinition,
): Stuck | null {
  const check = `its ${kind} check${path === null ? '' : ` ${path}`}`;
  switch (answer.kind) {
    case 'passes':
      return null;
    case 'refused': {
      // A service that has begun to listen listens where it always will.
      const listens = task.listensOn !== null && task.listensOn.length > 0;
      return {
        what: listens ? 'wrong-port' : 'no-listener',
        because: `nothing listens on port ${port}, where ${check} asks${elsewhere(task, app)}`,
        hopelessAfterMs: listens ? patienceOf(app) : null,
      };
    }
    case 'status': {
      // What does not know the path, or the method, will not learn it.
      const wrong = [404, 405, 410, 501].includes(answer.status);
      return {
        what: 'wrong-answer',
        because: `${check} answers ${answer.status}`,
        hopelessAfterMs: wrong ? patienceOf(app) : null,
      };
    }
    case 'silent':
      return {
        what: 'no-answer',
        because: `${check} was not answered within ${answer.afterMs} ms`,
        hopelessAfterMs: null,
      };
    case 'broken':
      return { what: 'no-answer', because: `${check} failed: ${answer.message}`, hopelessAfterMs: null };
  }
}

function elsewhere({ listensOn }: StuckTask, app: AppDefinition): string {
  if (listensOn === null) return '';
  if (listensOn.length === 0) return '; it listens on no port';
  const inside = (app.container?.portMappings ?? []).map(({ containerPort }) => containerPort).join(', ');
  const container =
    app.container?.type === 'DOCKER' && inside !== '' ? ` inside its container, not on ${inside}` : '';
  return `; it listens on ${listensOn.join(', ')}${container}`;
}

/** Authors who grant a long grace say that theirs is slow. */
function patienceOf({ healthChecks }: AppDefinition): number {
  const checks: readonly unknown[] = Array.isArray(healthChecks) ? healthChecks : [];
  const graces = checks.map((check) =>
    Number((check as { gracePeriodSeconds?: unknown }).gracePeriodSeconds ?? 0),
  );
  return Math.max(patienceMs, ...graces.map((seconds) => seconds * 1000));
}
