import type { RecordOf } from '../../ledger/index.ts';
import type { Topology } from '../../model/index.ts';
import type { Recording } from '../../model/recording.ts';
import { answeredMeasures } from './answered.ts';
import { causedFailures } from './failures.ts';
import { faultMeasure } from './faults.ts';
import { latencyMeasure } from './latency.ts';
import { lifeMeasures } from './lives.ts';
import { logMeasure } from './logs.ts';
import { requestIdMeasure } from './request-ids.ts';
import { resourceMeasure } from './resources.ts';

/** What a recording says of each service, as the ledger keeps it. Pure. */
export function measure(recording: Recording): Omit<RecordOf<'rehearsal'>['rehearsal'], 'recording'> {
  const { environment, runtime, startedAt, durationMs, services, dropped, obstacles, hops } = recording;
  const topology: Topology = Object.fromEntries(services.map(({ name, neighbours }) => [name, neighbours]));
  const caused = causedFailures(hops, topology);
  return {
    environment,
    runtime,
    startedAt,
    durationMs: Math.round(durationMs),
    services: services.map((service) => {
      const { name, candidate, previous, overItself, rolled } = service;
      const own = dropped.filter((one) => one.service === name);
      return {
        service: name,
        ...candidate,
        previous,
        overItself,
        rolled,
        obstacle: obstacles.find((one) => one.service === name)?.because ?? null,
        measures: rolled
          ? {
              ...answeredMeasures(service, recording, caused),
              ...lifeMeasures(service, recording),
              ...latencyMeasure(service, recording),
              ...resourceMeasure(service, recording),
              ...logMeasure(service, recording),
              ...requestIdMeasure(service, recording),
              ...faultMeasure(service, recording, topology),
              ...(own.length === 0
                ? {}
                : { unanswered: own.map(({ label, because }) => `${label}: ${because}`) }),
            }
          : {},
      };
    }),
  };
}
