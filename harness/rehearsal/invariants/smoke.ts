import type { Journey } from '../../model/journey.ts';
import { requestTag } from '../../plumbing/request-tag.ts';
import { JourneyRuns } from './journey-runs.ts';

/** What the journeys that change nothing were answered. */
export interface SmokeFindings {
  readonly requests: number;
  readonly failures: readonly {
    /** What the ids of the journey's requests begin with. */
    readonly tag: string;
    readonly journey: string;
    readonly service: string;
    /** `GET /products was answered 503`. */
    readonly seen: string;
  }[];
}

/** Runs every read-only journey once. An answer that says that a service failed, or none, is a failure. */
export async function runSmoke(
  journeys: readonly Journey[],
  addressOf: (service: string) => Promise<string>,
): Promise<SmokeFindings> {
  const found = await Promise.all(
    journeys
      .filter(({ readOnly }) => readOnly === true)
      .map(async (journey) => {
        const tag = requestTag('smoke', journey.name);
        const runs = new JourneyRuns(addressOf, tag);
        await runs.once(journey);
        const bad = runs.history.find(({ status }) => status === 0 || status >= 500);
        const seen =
          bad && `${bad.label} ${bad.status === 0 ? 'was not answered' : `was answered ${bad.status}`}`;
        const failures =
          bad === undefined || seen === undefined
            ? []
            : [{ tag, journey: journey.name, service: bad.service, seen }];
        return { requests: runs.history.length, failures };
      }),
  );
  return {
    requests: found.reduce((sum, { requests }) => sum + requests, 0),
    failures: found.flatMap(({ failures }) => failures),
  };
}
