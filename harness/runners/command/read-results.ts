import { readFile, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { CommandSuite, TestCase } from '../../model/index.ts';
import { readJsonResults } from './json-results.ts';
import { readJunit } from './junit-results.ts';
import type { Reported, ReportedCase } from './reported.ts';

/** More than any runner writes; reading it would only cost the run its memory. */
const largestBytes = 128 * 1024 * 1024;

/** What one result file says; `because` is set when it says nothing that counts. */
export interface ReadResults {
  readonly cases: readonly TestCase[];
  readonly because: string | null;
}

export async function readResults(
  file: string,
  { root, suite }: { readonly root: string; readonly suite: CommandSuite },
): Promise<ReadResults> {
  const name = nameIn(root, file);
  const { size } = await stat(file);
  if (size > largestBytes) return { cases: [], because: `${name} is larger than ${largestBytes} bytes` };
  const reported = read(file, await readFile(file, 'utf8'));
  if (reported.kind === 'broken') return { cases: [], because: `${name}: ${reported.because}` };
  return { cases: reported.cases.map((one) => testCaseOf(one, root, suite)), because: null };
}

function read(file: string, text: string): Reported {
  return file.endsWith('.json') ? readJsonResults(text) : readJunit(text);
}

function testCaseOf({ file, ...reported }: ReportedCase, root: string, suite: CommandSuite): TestCase {
  return { ...reported, file: nameIn(root, resolve(suite.folder, file ?? '')) };
}

/** Relative to the project with forward slashes, where it is inside. */
function nameIn(root: string, path: string): string {
  const inside = relative(root, path).split(sep).join('/');
  return inside.startsWith('../') ? path : inside || '.';
}
