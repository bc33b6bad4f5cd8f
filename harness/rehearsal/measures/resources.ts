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
      ...halfway(samples.filter(({ atMs }) => isIn([soak], atMs))),
      fdsAfter: fdsAtRest(
        last,
        samples.filter(({ atMs }) => isIn([rest], atMs)),
      ),
      ...atRest(samples.filter(({ atMs }) => isIn([rest], atMs))),
      ...(first.logBytes === null || last.logBytes === null
        ? {}
        : { logBytes: last.logBytes - first.logBytes }),
    },
  };
}

function halfway(samples: readonly TaskSample[]): { readonly fdsHalfway?: number } {
  const middle = samples[Math.floor(samples.length / 2)];
  return middle === undefined ? {} : { fdsHalfway: middle.fileDescriptors };
}

/** Connections that are kept alive for a while are given back at rest; what leaks is not. */
function fdsAtRest(last: TaskSample, rest: readonly TaskSample[]): number {
  return Math.min(last.fileDescriptors, ...rest.map(({ fileDescriptors }) => fileDescriptors));
}

function atRest(samples: readonly TaskSample[]): { readonly cpusAtRest?: number } {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < 500) return {};
  const cpus = (last.cpuSeconds - first.cpuSeconds) / ((last.atMs - first.atMs) / 1000);
  return { cpusAtRest: Math.round(cpus * 100) / 100 };
}
