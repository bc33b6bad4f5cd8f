import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { RunRecord } from '../../model/index.ts';
import { writeAllureResults } from './results.ts';

interface Generator {
  readonly name: 'allure-commandline' | 'allure 3';
  /** Both packages bring a command named `allure`, so each is called by its path. */
  command(): readonly [program: string, script: string];
  argumentsFor(results: string, output: string): readonly string[];
}

const withJava: Generator = {
  name: 'allure-commandline',
  command: () => ['sh', besideEntryOf('allure-commandline', 'dist/bin/allure')],
  argumentsFor: (results, output) => ['generate', results, '--output', output, '--single-file', '--clean'],
};

const withNode: Generator = {
  name: 'allure 3',
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

/**
 * Makes `folder`, which must not exist, with one `index.html` that opens from disk: by Allure 2 where there is a Java, by
 * Allure 3 where there is none. Resolves to which of them it was.
 * @throws when neither could.
 */
export async function generateAllure(
  record: RunRecord,
  folder: string,
  signal: AbortSignal,
): Promise<Generator['name']> {
  const scratch = await mkdtemp(join(dirname(folder), '.allure-'));
  try {
    const results = join(scratch, 'results');
    await mkdir(results);
    writeAllureResults(record, results);
    const refusals: string[] = [];
    for (const generator of [withJava, withNode]) {
      const output = join(scratch, generator.name);
      const refusal = await run(generator, { results, output, scratch, signal });
      if (refusal === undefined) {
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
  const [program, script] = generator.command();
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
