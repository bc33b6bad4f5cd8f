import { expect, test } from 'vitest';
import { appDefinitionSchema } from './app-definition.ts';
import { checkDefinition } from './app-definition-rules.ts';
import { deriveDefinition } from './derive-definition.ts';

test.each([
  ['a worker', { port: null, ready: null, live: null }],
  ['a service that names no path', { port: 8080, ready: null, live: null }],
  ['a service that says when it is ready', { port: 3000, ready: '/ready', live: null }],
  ['a service that says both', { port: 3000, ready: '/ready', live: '/live' }],
])('%s gets a definition that Marathon takes', (_, shape) => {
  const definition = deriveDefinition({ name: 'orders', ...shape });
  expect(appDefinitionSchema.safeParse(definition).error).toBeUndefined();
  expect(checkDefinition(definition, 'orders')).toEqual([]);
});

test('where no path is named, its port has to answer', () => {
  const { healthChecks } = deriveDefinition({ name: 'orders', port: 8080, ready: null, live: null });
  expect(healthChecks).toMatchObject([{ protocol: 'MESOS_TCP', portIndex: 0 }]);
});
