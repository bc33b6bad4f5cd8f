import { dependenciesOf, type Topology } from '../../model/index.ts';
import type { Hop } from '../../model/recording.ts';
import { heldMark } from '../traffic/held-mark.ts';

/** What a client or the edge itself did; the app is not to blame for it. */
const notTheApps = new Set(['client-left', 'bad-request', 'fault']);
/** Longer than any caller waits. */
const hangMs = 10_000;

/** The app had its part in it that this request was not answered as it should. */
function isFailed({ status, failure, durationMs }: Hop): boolean {
  if (failure !== null && !notTheApps.has(failure)) return true;
  return (status ?? 0) >= 500 || durationMs >= hangMs;
}

/**
 * Failed requests whose cause is the service that was asked, and none of those that it calls: where a request failed further
 * down at the same time, it is that service's; where one further down was slow, nobody's. Pure.
 */
export function causedFailures(hops: readonly Hop[], topology: Topology): ReadonlySet<Hop> {
  const failed = Map.groupBy(hops.filter(isFailed), ({ service }) => service);
  const slow = Map.groupBy(hops.filter(isSlow), ({ service }) => service);
  const below = new Map(Object.keys(topology).map((name) => [name, dependenciesOf(name, topology)]));
  const isConsequence = (hop: Hop): boolean =>
    [...(below.get(hop.service) ?? [])].some((service) =>
      [...(failed.get(service) ?? []), ...(slow.get(service) ?? [])].some((other) => isDuring(other, hop)),
    );
  return new Set([...failed.values()].flat().filter((hop) => !isConsequence(hop)));
}

/** Callers give up after a second or three; a machine that is busy makes that happen. */
const slowMs = 1_500;

/** Its callers may have waited no longer. Whether it is slow by itself, the check of latency tells. */
function isSlow({ requestId, durationMs }: Hop): boolean {
  return durationMs >= slowMs && !requestId.endsWith(heldMark);
}

/** Edge and services read the clock at different moments of a request. */
const toleranceMs = 50;

function isDuring(inner: Hop, outer: Hop): boolean {
  return inner.atMs >= outer.atMs - toleranceMs && inner.atMs <= outer.atMs + outer.durationMs + toleranceMs;
}

/** `POST /orders at 12.4 s: 502, the task's connection broke before its answer` */
export function describeHop({ method, path, atMs, status, failure, durationMs }: Hop): string {
  const seconds = (atMs / 1000).toFixed(1);
  const why = failure === null ? '' : ` (${failureWords[failure] ?? failure})`;
  const long = durationMs >= hangMs ? ` after ${Math.round(durationMs / 1000)} s` : '';
  return `${method} ${path} at ${seconds} s: ${status ?? 'no answer'}${long}${why}`;
}

const failureWords: Readonly<Record<string, string>> = {
  refused: 'no task took the connection',
  reset: 'the connection to the task broke before its answer',
  cut: 'the connection to the task broke in the middle of its answer',
  timeout: 'no answer in time',
  malformed: 'the task answered with something that is not HTTP',
  'no-backend': 'there was no healthy task to ask',
  'client-left': 'the caller waited no longer',
};
