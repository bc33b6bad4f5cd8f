import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readPacts } from '../../contracts/index.ts';
import { contractFolders } from '../contract-folders.ts';
import { ownerOf, suiteFolders } from '../suite-folders.ts';
import { projectPath } from '../vitest-outcome.ts';
import { stage } from './stage.ts';

/**
 * The folder into which consumer tests let pact write (`dir` of its options). What is written there becomes the
 * committed contract when all consumer tests of the service pass.
 */
export function pactFolder(): string {
  const folder = writtenFolder('now');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The pact files that a provider has to honour, absolute, by name. */
export function pactsOf(provider: string): string[] {
  return readPacts(stage().pacts.read)
    .filter((pact) => pact.provider === provider)
    .map((pact) => pact.file);
}

/**
 * Sets aside what a test wrote before another one can write over it: Pact keeps one interaction for each description
 * and state, and only by comparing what each test wrote can two different ones be told.
 */
export function setAsideWrittenPacts(): void {
  if (stage().stage !== 'contract') return;
  const folder = writtenFolder('now');
  for (const name of namesIn(folder)) {
    const aside = writtenFolder('aside');
    mkdirSync(aside, { recursive: true });
    renameSync(join(folder, name), join(aside, `${namesIn(aside).length}-${name}`));
  }
}

/** Every worker has folders of its own, so that no two write one file. */
function writtenFolder(kind: 'now' | 'aside'): string {
  const context = stage();
  const { pacts, root, services } = context;
  const file = projectPath(root, expect.getState().testPath ?? '');
  const owner = ownerOf(file, suiteFolders(context, Object.keys(services))) ?? '';
  return join(contractFolders(pacts.write).written, owner, `${process.pid}`, kind);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}
