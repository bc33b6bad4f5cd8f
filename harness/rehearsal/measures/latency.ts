import type { RehearsalMeasures } from '../../ledger/index.ts';
import type { Hop, Recording, RehearsedService } from '../../model/recording.ts';
import { heldMark } from '../traffic/held-mark.ts';
import { isIn, spansOf } from './spans.ts';

type Latency = NonNullable<RehearsalMeasures['latency']>;

/** Fewer say nothing. */
const leastRequests = 20;

/** How long the service itself takes for a request, what it waits for its neighbours left out; before and after. */
export function latencyMeasure(
  service: RehearsedService,
  recording: Recording,
): Pick<RehearsalMeasures, 'latency'> {
  const after = timesIn(service, recording, service.overItself ? ['old', 'new'] : ['new']);
  if (after.own.length < leastRequests) return {};
  const before = service.overItself ? null : timesIn(service, recording, ['old']);
  const others = recording.services
    .filter(({ name }) => name !== service.name)
    .map((other) => timesIn(other, recording, ['old', 'new']).own)
    .filter(({ length }) => length >= leastRequests)
    .map((own) => quantile(own, 0.5));
  const latency: Latency = {
    after: summary(after),
    ...(others.length === 0 ? {} : { othersMs: quantile(others, 0.5) }),
    ...(before === null || before.own.length < leastRequests
      ? {}
      : { before: summary(before), z: rankShift(before.own, after.own) }),
  };
  return { latency };
}

interface Times {
  readonly own: readonly number[];
  /** Of the health check: what the machine takes. */
  readonly live: readonly number[];
}

function timesIn(
  { name, neighbours, livePath }: RehearsedService,
  recording: Recording,
  kinds: readonly ('old' | 'new')[],
): Times {
  const spans = spansOf(recording, ...kinds);
  const byRequest = Map.groupBy(recording.hops, ({ requestId }) => requestId);
  const hops = recording.hops.filter(
    (hop) =>
      hop.service === name &&
      hop.failure === null &&
      !hop.requestId.endsWith(heldMark) &&
      isIn(spans, hop.atMs),
  );
  const waited = (hop: Hop): number =>
    (byRequest.get(hop.requestId) ?? [])
      .filter((other) => neighbours.includes(other.service))
      .reduce((sum, { durationMs }) => sum + durationMs, 0);
  const isLive = ({ path }: Hop): boolean => path === livePath;
  return {
    own: hops.filter((hop) => !isLive(hop)).map((hop) => Math.max(0, hop.durationMs - waited(hop))),
    live: hops.filter(isLive).map(({ durationMs }) => durationMs),
  };
}

function summary({ own, live }: Times): Latency['after'] {
  return {
    requests: own.length,
    p50Ms: quantile(own, 0.5),
    p95Ms: quantile(own, 0.95),
    liveMs: quantile(live, 0.5),
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
}

/** Mann and Whitney's rank test: how many standard deviations the later times are above the earlier ones. */
export function rankShift(before: readonly number[], after: readonly number[]): number {
  const all = [
    ...before.map((value) => ({ value, isAfter: false })),
    ...after.map((value) => ({ value, isAfter: true })),
  ].toSorted((a, b) => a.value - b.value);
  const ranks = all.reduce((sum, { isAfter }, index) => sum + (isAfter ? index + 1 : 0), 0);
  const [n, m] = [after.length, before.length];
  const mean = (n * (n + m + 1)) / 2;
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return deviation === 0 ? 0 : Math.round(((ranks - mean) / deviation) * 100) / 100;
}
