import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

test('services that have the same chassis file have the same bytes in it', () => {
  const services = join(import.meta.dirname, '../services');
  const digests = new Map<string, Set<string>>();
  for (const file of globSync('*/src/chassis/*.ts', { cwd: services })) {
    const digest = createHash('sha256')
      .update(readFileSync(join(services, file)))
      .digest('hex');
    digests.set(basename(file), (digests.get(basename(file)) ?? new Set()).add(digest));
  }
  const drifted = [...digests].filter(([, copies]) => copies.size > 1).map(([file]) => file);
  expect(drifted).toEqual([]);
  expect(digests.size).toBeGreaterThanOrEqual(6);
});
