import { type AppDefinition, parseApp } from '../definition/index.ts';

/** Version of everything that {@link parsed} reads. */
export const now = '2026-01-02T03:04:05.678Z';

/** The app that a body stands for; throws with the refusal when it is refused. */
export function parsed(body: unknown): AppDefinition {
  const outcome = parseApp(body, { now });
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}

/** Why a body is refused: errors by kind and path, as in `not-valid /constraints(0)`; or `accepted`. */
export function problemsOf(body: unknown): unknown {
  const outcome = parseApp(body, { now });
  if (outcome.kind === 'ok') return 'accepted';
  const { refusal } = outcome;
  return 'details' in refusal && Array.isArray(refusal.details)
    ? Object.fromEntries(refusal.details.map(({ path, errors }) => [`${refusal.kind} ${path}`, errors]))
    : refusal;
}
