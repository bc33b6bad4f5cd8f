import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { checkDefinitions } from '../../policy/index.ts';
import { readDefinitions } from './read-definitions.ts';

const file = join(import.meta.dirname, '../../../stagegate.config.ts');

test('the sample shop has nothing to find, and its settings are all read', async () => {
  const facts = await readDefinitions(await loadConfig(file), {
    runtime: 'docker',
    largestAgent: { cpus: 2, memMiB: 1024 },
  });
  expect(checkDefinitions(facts)).toEqual([]);
  const orders = facts.services.find(({ name }) => name === 'orders');
  expect(orders?.reads?.map(({ name, required, fallback }) => ({ name, required, fallback }))).toEqual(
    expect.arrayContaining([
      { name: 'INVENTORY_URL', required: true, fallback: null },
      { name: 'DRAIN_MS', required: false, fallback: '500' },
    ]),
  );
  expect(orders?.dockerfile).toMatchObject({ user: 'node', exposes: [8080] });
  expect(orders?.buildMakes).toContain('dist/server.mjs');
});
