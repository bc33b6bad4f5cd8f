import { afterAll, afterEach, beforeAll } from 'vitest';
import { endFile } from './end-of-file.ts';
import { setAsideWrittenPacts } from './pacts.ts';
import { stage } from './stage.ts';
import { tagRequests } from './tag-requests.ts';

if (stage().cluster !== undefined) tagRequests(stage());

// Runs around every test file. Hooks end in reverse order, so these, registered before the file's own, run last.
beforeAll(async () => {
  if (stage().stage === 'acceptance') await (await import('./system.ts')).readAddresses();
});
afterEach(setAsideWrittenPacts);
afterAll(setAsideWrittenPacts);
afterAll(endFile);
