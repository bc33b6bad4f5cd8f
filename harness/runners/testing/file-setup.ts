import { afterAll, beforeAll } from 'vitest';
import { endFile } from './end-of-file.ts';
import { stage } from './stage.ts';

// Runs around every test file. Hooks end in reverse order, so this afterAll, registered before the file's own, runs last.
beforeAll(async () => {
  if (stage().stage === 'acceptance') await (await import('./system.ts')).readAddresses();
});
afterAll(endFile);
