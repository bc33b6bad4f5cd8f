import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { init } from './init.ts';

test('init writes over nothing, and adds what .gitignore lacks', async () => {
  const root = await mkdtemp(join(tmpdir(), 'shop-'));
  try {
    await writeFile(join(root, 'package.json'), '{"scripts":{"start":"node a.js"}}');
    await writeFile(join(root, '.gitignore'), 'node_modules');
    expect(await init({ yes: true }, root)).toBe(0);
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('node_modules\n.stagegate/\nreports/\n');
    await expect(init({ yes: true }, root)).rejects.toThrow('is there already');
    expect(await init({ ci: 'gitlab' }, root)).toBe(0);
    await expect(init({ ci: 'gitlab' }, root)).rejects.toThrow('.gitlab-ci.yml is there already');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
