import type { RehearsalMeasures } from '../../ledger/index.ts';
import type { Recording, RehearsedService, TaskSample } from '../../model/recording.ts';
import { isIn, spansOf } from './spans.ts';

/** What one task of the candidate used while it was asked often, and at rest afterwards. */
export function resourceMeasure(
  service: RehearsedService,
  recording: Recording,
): Pick<RehearsalMeasures, 'resources'> {
  const [soak] = spansOf(recording, 'soak');
  const [rest] = spansOf(recording, 'rest');
  const task = recording.tasks.find(
    ({ service: name, side, runningMs, endedMs }) =>
      name === service.name &&
      side === 'new' &&
      soak !== undefined &&
      (runningMs ?? Number.POSITIVE_INFINITY) <= soak.startMs &&
      (endedMs ?? Number.POSITIVE_INFINITY) >= soak.endMs,
  );
  const samples = recording.samples.filter(({ taskId }) => taskId === task?.id);
  if (soak === undefined || rest === undefined || task === undefined) return {};
  const first = samples.findLast(({ atMs }) => atMs <= soak.startMs);
  const last = samples.find(({ atMs }) => atMs >= soak.endMs);
  if (first === undefined || last === undefined) return {};
  const requests = recording.hops.filter(
    ({ taskId, atMs }) => taskId === task.id && atMs >= first.atMs && atMs <= last.atMs,
  ).length;
  return {
    resources: {
      requests,
      rssBeforeMiB: first.rssMiB,
      rssAfterMiB: last.rssMiB,
      fdsBefore: first.fileDescriptors,
      fdsAfter: last.fileDescriptors,
      ...atRest(samples.filter(({ atMs }) => isIn([rest], atMs))),
      ...(first.logBytes === null || last.logBytes === null
        ? {}
        : { logBytes: last.logBytes - first.logBytes }),
    },
  };
}

function atRest(samples: readonly TaskSample[]): { readonly cpusAtRest?: number } {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < 500) return {};
  const cpus = (last.cpuSeconds - first.cpuSeconds) / ((last.atMs - first.atMs) / 1000);
  return { cpusAtRest: Math.round(cpus * 100) / 100 };
}
