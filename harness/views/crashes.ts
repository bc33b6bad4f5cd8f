import { lastAttempt, type State } from '../ledger/index.ts';
import type { Incident } from '../model/index.ts';

/** A deployed service whose tasks died in a run, although nobody asked for it, and were started again. */
export interface Crash {
  readonly service: string;
  readonly environment: string;
  readonly times: number;
  readonly last: Incident;
}

/**
 * What died in a run of what is deployed, by service and environment. A deployment that failed because its tasks died has said
 * so itself, and copies that tests start for themselves are not deployed. Pure.
 */
export function crashesOf(
  state: State,
  { system, runId }: { readonly system: string; readonly runId: string },
): readonly Crash[] {
  const died = state.incidents.filter(
    (incident) =>
      incident.runId === runId &&
      incident.what === 'died' &&
      incident.appId === `/${incident.environment}/${system}/${incident.service}` &&
      !isNoCrash(state, incident, runId),
  );
  return [...Map.groupBy(died, ({ appId }) => appId).values()].flatMap((incidents) => {
    const last = incidents.at(-1);
    if (last === undefined) return [];
    const { service, environment } = last;
    return [{ service, environment, times: incidents.length, last }];
  });
}

/** One line, for people. */
export function describeCrash({ service, environment, times, last }: Crash): string {
  const often = times === 1 ? 'A task' : `${times} tasks`;
  const again = times === 1 ? 'was started again' : 'were started again';
  const printed = last.printed === undefined ? '' : `; it printed: ${last.printed}`;
  return `${often} of ${service} died in ${environment} and ${again}: ${last.message}${printed}`;
}

function isNoCrash(state: State, { service, environment }: Incident, runId: string): boolean {
  const attempt = lastAttempt(state, service, environment);
  // In a replica of a rehearsal tasks are killed on purpose; the ledger knows no deployment there.
  if (attempt === undefined) return true;
  return attempt.runId === runId && attempt.outcome === 'fail';
}
