import type { Incident } from '../model/index.ts';
import type { Effects, Known } from '../steps/index.ts';

/** What happened to tasks since a run began and no stage has recorded: between stages, and in environments that none asks. */
export async function lateIncidents(
  { config, state }: Pick<Known, 'config' | 'state'>,
  { effects, sinceMs }: { readonly effects: Pick<Effects, 'observe'>; readonly sinceMs: number },
): Promise<readonly Incident[]> {
  const observed = await Promise.all(
    config.environments.map(({ name }) =>
      // What cannot be seen any more must not fail a run that is over.
      effects.observe({ environment: name, sinceMs, tags: [] }).catch(() => ({ incidents: [] })),
    ),
  );
  const seen = new Set(state.incidents.map(keyOf));
  return observed
    .flatMap(({ incidents }) => incidents)
    .filter((incident) => {
      const key = keyOf(incident);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

function keyOf({ taskId, what, at }: Incident): string {
  return `${taskId} ${what} ${at}`;
}
