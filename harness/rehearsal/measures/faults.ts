import type { RehearsalMeasures } from '../../ledger/index.ts';
import { dependenciesOf, type Topology } from '../../model/index.ts';
import type { FaultKind, Probe, Recording, RehearsedService } from '../../model/recording.ts';
import { isIn, spansOf } from './spans.ts';

type Faults = NonNullable<RehearsalMeasures['faults']>;

/** A caller that asks this much more often than usual does not stop by itself. */
const retries = { least: 20, times: 5 };
const mostExamples = 5;

const wordsOf: Readonly<Record<FaultKind, string>> = {
  refuse: 'refuses connections',
  hang: 'takes requests and does not answer',
  reset: 'breaks connections',
  slow: 'is slow',
  'status-500': 'answers 500',
};

/** How the service behaved while each of its dependencies misbehaved. */
export function faultMeasure(
  service: RehearsedService,
  recording: Recording,
  topology: Topology,
): Pick<RehearsalMeasures, 'faults'> {
  const probes = recording.probes.filter((probe) => probe.service === service.name);
  const during = probes.filter(({ phase }) => phase === 'during');
  if (during.length === 0) return {};
  return {
    faults: {
      dependencies: [...new Set(during.map(({ dependency }) => dependency))],
      unanswered: [...hanging(service, recording), ...silent(during)].slice(0, mostExamples),
      retries: retrying(service, recording),
      notLive: [...notLive(during), ...deaths(service, recording)].slice(0, mostExamples),
      falselyReady: falselyReady(during),
      notRecovered: isConsequence(service, recording, topology) ? [] : notRecovered(probes),
    },
  };
}

/** It waited for a dependency until the rehearsal ended the wait. */
function hanging({ name }: RehearsedService, { calls, probes }: Recording): Faults['unanswered'] {
  return calls
    .filter(
      ({ service, fault, gaveUpMs, calls: count, dependency, durationMs }) =>
        service === name &&
        fault === 'hang' &&
        count > 0 &&
        gaveUpMs === null &&
        probes.some(
          (probe) =>
            probe.service === name &&
            probe.dependency === dependency &&
            probe.fault === 'hang' &&
            probe.kind === 'request' &&
            probe.durationMs >= durationMs - 500 &&
            durationMs > 14_000,
        ),
    )
    .map(
      ({ dependency, durationMs }) =>
        `waits for ${dependency} without a deadline: more than ${Math.round(durationMs / 1000)} s while it takes requests and does not answer`,
    );
}

function silent(during: readonly Probe[]): Faults['unanswered'] {
  return during
    .filter(
      ({ kind, status, fault, dependencyKind }) =>
        kind === 'request' && status === null && fault !== 'hang' && dependencyKind !== 'store',
    )
    .map(
      ({ label, dependency, fault }) =>
        `${label} gets no answer while ${dependency} ${fault === null ? 'is well' : wordsOf[fault]}`,
    );
}

function retrying({ name }: RehearsedService, { calls }: Recording): Faults['retries'] {
  const own = calls.filter(({ service, kind }) => service === name && kind !== 'store');
  return own.flatMap(({ fault, dependency, calls: count, durationMs }) => {
    if (fault === null) return [];
    const usual = own.find((one) => one.dependency === dependency && one.window === 'recover')?.calls ?? 0;
    if (count <= Math.max(retries.least, usual * retries.times)) return [];
    return [
      `calls ${dependency} ${count} times in ${(durationMs / 1000).toFixed(1)} s while it ${wordsOf[fault]}, ${usual} times while it is well`,
    ];
  });
}

function notLive(during: readonly Probe[]): Faults['notLive'] {
  const bad = during.filter(
    ({ kind, status }) => kind === 'live' && (status === null || status < 200 || status > 299),
  );
  // One answer that is late on a busy machine is no rule.
  if (bad.every(({ status }) => status === null) && bad.length < 2) return [];
  return bad.map(({ label, dependency, fault, status }) => {
    const answer = status === null ? 'gets no answer' : `answers ${status}`;
    return `${label} ${answer} while ${dependency} ${fault === null ? 'is well' : wordsOf[fault]}`;
  });
}

function deaths({ name }: RehearsedService, recording: Recording): Faults['notLive'] {
  const spans = spansOf(recording, 'fault', 'recover').filter(({ service }) => service === name);
  return recording.tasks
    .filter(
      ({ service, endedMs, askedToEndMs }) =>
        service === name && endedMs !== null && isIn(spans, askedToEndMs ?? endedMs),
    )
    .map(({ end }) => `a task ended while a dependency misbehaved: ${end}`);
}

function falselyReady(during: readonly Probe[]): Faults['falselyReady'] {
  const ofStore = during.filter(
    ({ dependencyKind, fault }) => dependencyKind === 'store' && fault === 'refuse',
  );
  const ready = ofStore.find(({ kind, status }) => kind === 'ready' && status !== null && status < 300);
  const failed = ofStore.find(({ kind, status }) => kind === 'request' && (status ?? 0) >= 500);
  if (ready === undefined || failed === undefined) return [];
  return [
    `${ready.label} answers ${ready.status} while ${ready.dependency} refuses connections and ${failed.label} answers ${failed.status}`,
  ];
}

function notRecovered(probes: readonly Probe[]): Faults['notRecovered'] {
  const after = probes.filter(({ phase }) => phase === 'after');
  const lastAt = Math.max(...after.map(({ atMs }) => atMs));
  return after
    .filter(({ atMs, status }) => atMs > lastAt - 100 && (status === null || status >= 500))
    .map(
      ({ label, status }) =>
        `${label} ${status === null ? 'gets no answer' : `answers ${status}`} though all is well again`,
    )
    .slice(0, mostExamples);
}

/** One of the services that it depends on has not recovered either. */
function isConsequence({ name }: RehearsedService, { probes }: Recording, topology: Topology): boolean {
  return [...dependenciesOf(name, topology)].some(
    (other) => notRecovered(probes.filter(({ service }) => service === other)).length > 0,
  );
}
