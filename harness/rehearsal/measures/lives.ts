import type { RehearsalMeasures } from '../../ledger/index.ts';
import type { RecordedTask, Recording, RehearsedService } from '../../model/recording.ts';
import { isIn, type Span, spansOf } from './spans.ts';

const mostExamples = 5;
/** Of its grace: a task that was killed earlier was still answering, and the lost request says so. */
const idleShare = 0.2;
/** What is told of a task's end may come a little after the window in which it was asked for. */
const lateMs = 2_000;

/** What the lives of its tasks say of one service. */
export function lifeMeasures(
  service: RehearsedService,
  recording: Recording,
): Pick<RehearsalMeasures, 'capacity' | 'shutdown' | 'restarts' | 'healing'> {
  const tasks = recording.tasks.filter((task) => task.service === service.name);
  const judged = tasks.filter(({ side }) => side === 'new' || service.overItself);
  const rolls = spansOf(recording, 'roll', 'back', 'forward').filter((one) => one.service === service.name);
  return {
    ...capacity(service, tasks, rolls),
    ...shutdown(service, judged, rolls, ({ id }) => lastAnswer(id, recording)),
    restarts: restarts(judged, recording, rolls),
    ...healing(service, tasks, recording),
  };
}

function capacity(
  { instances, minimumHealthCapacity }: RehearsedService,
  tasks: readonly RecordedTask[],
  rolls: readonly Span[],
): Pick<RehearsalMeasures, 'capacity'> {
  if (rolls.length === 0 || instances === 0) return {};
  const wanted = Math.max(1, Math.ceil(instances * minimumHealthCapacity));
  const healthyAt = (atMs: number): number =>
    tasks.filter(
      ({ healthyMs, runningMs, askedToEndMs, endedMs }) =>
        (healthyMs ?? runningMs ?? Number.POSITIVE_INFINITY) <= atMs &&
        (askedToEndMs ?? endedMs ?? Number.POSITIVE_INFINITY) > atMs,
    ).length;
  const moments = [
    ...rolls.map(({ startMs }) => startMs),
    ...tasks.flatMap(({ askedToEndMs, endedMs }) => [askedToEndMs ?? [], endedMs ?? []].flat()),
  ].filter((atMs) => isIn(rolls, atMs));
  const counts = moments.map((atMs) => ({ atMs, healthy: healthyAt(atMs) }));
  const least = Math.min(...counts.map(({ healthy }) => healthy));
  const examples = counts
    .filter(({ healthy }) => healthy < wanted)
    .slice(0, mostExamples)
    .map(({ atMs, healthy }) => `${seconds(atMs)}: ${healthy} of ${wanted} healthy`);
  return { capacity: { wanted, least, examples } };
}

function shutdown(
  { killGraceSeconds }: RehearsedService,
  tasks: readonly RecordedTask[],
  rolls: readonly Span[],
  lastAnswerOf: (task: RecordedTask) => number,
): Pick<RehearsalMeasures, 'shutdown'> {
  const ends = tasks.flatMap((task) => {
    const { askedToEndMs, endedMs } = task;
    if (askedToEndMs === null || endedMs === null || !isIn(rolls, askedToEndMs)) return [];
    return [{ task, tookMs: endedMs - Math.max(askedToEndMs, lastAnswerOf(task)) }];
  });
  if (ends.length === 0) return {};
  const graceMs = killGraceSeconds * 1000;
  const killed = ends.filter(({ task, tookMs }) => wasKilled(task) && tookMs > graceMs * idleShare);
  return {
    shutdown: {
      graceMs,
      slowestMs: Math.round(Math.max(...ends.map(({ tookMs }) => tookMs))),
      tasks: ends.length,
      killed: killed.length,
      examples: killed
        .slice(0, mostExamples)
        .map(({ task, tookMs }) => `${task.id}: ${task.end} after ${Math.round(tookMs)} ms`),
    },
  };
}

/** When the last request that the task had taken was over: until then it could not end. */
function lastAnswer(taskId: string, { hops }: Recording): number {
  return hops
    .filter((hop) => hop.taskId === taskId)
    .reduce((last, { atMs, durationMs }) => Math.max(last, atMs + durationMs), 0);
}

function healing(
  { instances }: RehearsedService,
  tasks: readonly RecordedTask[],
  recording: Recording,
): Pick<RehearsalMeasures, 'healing'> {
  const [kill] = spansOf(recording, 'kill');
  const victim = tasks.find(({ endedMs }) => kill !== undefined && endedMs !== null && isIn([kill], endedMs));
  if (kill === undefined || victim === undefined || instances === 0) return {};
  const killedMs = victim.endedMs ?? kill.startMs;
  const successor = tasks.find(({ startedMs, healthyMs }) => startedMs >= killedMs && healthyMs !== null);
  const tookMs = (successor?.healthyMs ?? kill.endMs) - killedMs;
  return { healing: { slowestMs: Math.round(tookMs), healed: successor !== undefined } };
}

function wasKilled({ end }: RecordedTask): boolean {
  return /signal 9|SIGKILL|status 137|Killed\b/.test(end ?? '');
}

function restarts(
  tasks: readonly RecordedTask[],
  recording: Recording,
  rolls: readonly Span[],
): NonNullable<RehearsalMeasures['restarts']> {
  // What ends while a dependency misbehaves is told of with that.
  const kills = spansOf(recording, 'kill', 'fault', 'recover');
  const isAsked = ({ askedToEndMs, endedMs }: RecordedTask): boolean => {
    const atMs = askedToEndMs ?? endedMs ?? 0;
    const asked = rolls.map(({ startMs, endMs }) => ({ startMs, endMs: endMs + lateMs }));
    return (askedToEndMs !== null && isIn(asked, atMs)) || isIn(kills, atMs);
  };
  const unasked = tasks.filter((task) => task.endedMs !== null && !isAsked(task));
  return {
    count: unasked.length,
    examples: unasked
      .slice(0, mostExamples)
      .map(({ endedMs, id, end }) => `${seconds(endedMs ?? 0)}: ${id}: ${end}`),
  };
}

function seconds(ms: number): string {
  return `at ${(ms / 1000).toFixed(1)} s`;
}
