import type { AppDefinition } from './types.ts';

const leftOutWhenEmpty = [
  'args',
  'constraints',
  'dependencies',
  'env',
  'fetch',
  'healthChecks',
  'readinessChecks',
  'secrets',
] as const satisfies readonly (keyof AppDefinition)[];

/** The app as the API prints it: a plain JSON object, empty optional lists left out. The caller adds counts and tasks. */
export function renderApp(app: AppDefinition): Readonly<Record<string, unknown>> {
  const printed: Record<string, unknown> = {
    ...app,
    constraints: app.constraints.map(({ field, operator, value }) =>
      value === undefined ? [field, operator] : [field, operator, value],
    ),
  };
  for (const member of leftOutWhenEmpty) {
    if (Object.keys(app[member]).length === 0) delete printed[member];
  }
  return printed;
}
