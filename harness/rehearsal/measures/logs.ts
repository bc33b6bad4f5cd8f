import type { RehearsalMeasures } from '../../ledger/index.ts';
import type { Recording, RehearsedService, TaskLog } from '../../model/recording.ts';

/** What the candidate's tasks logged and should not have; what the version before did as well is told apart. */
export function logMeasure(service: RehearsedService, recording: Recording): Pick<RehearsalMeasures, 'logs'> {
  const own = recording.logs.filter((log) => log.service === service.name);
  if (own.length === 0) return {};
  const candidates = own.filter(({ side }) => side === 'new' || service.overItself);
  const before = service.overItself ? [] : own.filter(({ side }) => side === 'old');
  const known = new Set(leaksOf(before));
  return {
    logs: {
      lines: candidates.reduce((sum, { lines }) => sum + lines, 0),
      leaks: leaksOf(candidates).filter((leak) => !known.has(leak)),
      newErrors: newErrors(own, service, recording),
    },
  };
}

function leaksOf(logs: readonly TaskLog[]): readonly string[] {
  return [...new Set(logs.flatMap(({ leaks }) => leaks.map(({ what }) => what)))];
}

/** Kinds of error lines of tasks that nothing was done to, which the version before does not have. */
function newErrors(
  logs: readonly TaskLog[],
  { overItself }: RehearsedService,
  { tasks, windows }: Recording,
): readonly string[] {
  // Without a version before, nobody can tell what is usual.
  if (overItself) return [];
  const killed = windows.find(({ kind }) => kind === 'kill');
  const isUndisturbed = ({ taskId }: TaskLog): boolean => {
    const task = tasks.find(({ id }) => id === taskId);
    return task?.endedMs != null && task.endedMs <= (killed?.endMs ?? 0);
  };
  const known = new Set(
    logs.filter(({ side }) => side === 'old').flatMap(({ errors }) => errors.map(({ pattern }) => pattern)),
  );
  return logs
    .filter((log) => log.side === 'new' && isUndisturbed(log))
    .flatMap(({ errors, lines }) =>
      errors
        .filter(({ pattern, count }) => !known.has(pattern) && count >= Math.max(5, lines * 0.02))
        .map(({ pattern, count }) => `${count} times: ${pattern}`),
    );
}
