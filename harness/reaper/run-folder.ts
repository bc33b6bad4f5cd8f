import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Beside a run's own files: who runs it. */
export const ownerFile = 'owner.json';

/** One folder per run, named by its id; there as long as the run, or until the sweep after its death. */
export function runsFolder(root: string): string {
  return join(root, '.stagegate', 'runs');
}

export function temporaryFolderOf(runId: string): string {
  return join(tmpdir(), `stagegate-${runId}`);
}
