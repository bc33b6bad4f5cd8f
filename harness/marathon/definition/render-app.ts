import type { AppDefinition } from './types.ts';

/** The app as the API prints it: a plain JSON object, empty optional lists left out. The caller adds counts and tasks. */
export function renderApp(_app: AppDefinition): Readonly<Record<string, unknown>> {
  throw new Error('not written yet');
}
