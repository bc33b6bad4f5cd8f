import { createHash } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { RunRecord } from '../../model/index.ts';
import { addContentPolicy } from './content-policy.ts';
import { writeAllureResults } from './results.ts';

interface Generator {
  readonly name: 'allure-commandline' | 'allure 3';
  readonly npmPackage: string;
  /** Both packages bring a command named `allure`, so each is called by its path. */
  command(): readonly [program: string, script: string];
  argumentsFor(results: string, output: string): readonly string[];
}

const withJava: Generator = {
  name: 'allure-commandline',
  npmPackage: 'allure-commandline',
  command: () => ['sh', besideEntryOf('allure-commandline', 'dist/bin/allure')],
  argumentsFor: (results, output) => ['generate', results, '--output', output, '--single-file', '--clean'],
};

const withNode: Generator = {
  name: 'allure 3',
  npmPackage: 'allure',
  command: () => [process.execPath, besideEntryOf('allure', '../cli.js')],
  // Its newer styles make the page load a script from outside, which no setting forbids.
  argumentsFor: (results, output) => ['allure2', results, '--output', output, '--single-file'],
};

function besideEntryOf(name: string, path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve(name)));
}

/** For a JVM that lives for seconds: compiling less of it takes half the processor time. */
const quickStart = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** One generator takes a few seconds; more means that it hangs. */
const timeoutMs = 60_000;

/** Beside the page: what it was made from. */
const sourceFile = 'source.sha256';

/**
 * Makes `folder`, which must not exist, with one `index.html` that opens from disk: by Allure 2 where there is a Java, by
 * Allure 3 where there is none, and by neither when `earlier` holds a page made from the same results.
 * @throws when neither could.
 */
export async function generateAllure(
  record: RunRecord,
  {
    folder,
    earlier,
    signal,
  }: { readonly folder: string; readonly earlier: string; readonly signal: AbortSignal },
): Promise<Generator['name'] | 'earlier'> {
  const scratch = await mkdtemp(join(dirname(folder), '.allure-'));
  try {
    const results = join(scratch, 'results');
    await mkdir(results);
    writeAllureResults(record, results);
    const source = await hashOf(results);
    if ((await readFile(join(earlier, sourceFile), 'utf8').catch(() => '')) === source) {
      await cp(earlier, folder, { recursive: true });
      return 'earlier';
    }
    const refusals: string[] = [];
    for (const generator of [withJava, withNode]) {
      const output = join(scratch, generator.name);
      const refusal = await run(generator, { results, output, scratch, signal });
      if (refusal === undefined) {
        await addContentPolicy(join(output, 'index.html'));
        await writeFile(join(output, sourceFile), source);
        await rename(output, folder);
        return generator.name;
      }
      refusals.push(`${generator.name}: ${refusal}`);
    }
    throw new Error(refusals.join('; '));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Of all files in a folder, their names included. */
async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) {
    hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex');
}

/** Null where the package is not there: installed with stagegate, it is left to those who want the report. */
function commandOf(generator: Generator): readonly [program: string, script: string] | null {
  try {
    return generator.command();
  } catch {
    return null;
  }
}

/** Why it did not work, or undefined when it did. */
async function run(
  generator: Generator,
  at: {
    readonly results: string;
    readonly output: string;
    readonly scratch: string;
    readonly signal: AbortSignal;
  },
): Promise<string | undefined> {
  const command = commandOf(generator);
  if (command === null) return `not installed (npm install --save-dev ${generator.npmPackage})`;
  const [program, script] = command;
  const args = generator.argumentsFor(at.results, at.output);
  const { exitCode, all, shortMessage } = await execa(program, [script, ...args], {
    cwd: at.scratch,
    reject: false,
    all: true,
    timeout: timeoutMs,
    cancelSignal: at.signal,
    env: { ALLURE_NO_ANALYTICS: 'true', ALLURE_OPTS: quickStart },
  });
  if (exitCode !== 0) return all?.trim().split('\n').at(-1) || shortMessage || 'it failed';
  return access(join(at.output, 'index.html')).then(
    () => undefined,
    () => 'it wrote no index.html',
  );
}
