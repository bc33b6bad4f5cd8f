import { resolve } from 'node:path';
import { type StageName, type Suite, type Suites, stageNames } from '../model/index.ts';
import type { SuiteInput } from './schema-suites.ts';

type Written = Readonly<Partial<Record<StageName, SuiteInput>>>;

const usualTimeoutSeconds = 600;

/** How the tests of a service are run where that is not the usual way: as the service says, else as the system does. */
export function suitesOf(
  root: string,
  {
    own = {},
    path,
    system = {},
  }: { readonly own?: Written; readonly path: string; readonly system?: Written },
): Suites {
  return Object.fromEntries(
    stageNames.flatMap((stage) => {
      const [mine, shared] = [own[stage], system[stage]];
      if (mine !== undefined) return [[stage, suiteOf(root, mine, path, false)]];
      return shared === undefined ? [] : [[stage, suiteOf(root, shared, root, true)]];
    }),
  );
}

function suiteOf(root: string, written: SuiteInput, usualFolder: string, shared: boolean): Suite {
  const suite = typeof written === 'string' ? { run: written } : written;
  if ('folder' in suite) return { kind: 'folder', folder: resolve(root, suite.folder), shared };
  const { run, junit = null, cwd, minimum = 1, timeoutSeconds = usualTimeoutSeconds } = suite;
  return {
    kind: 'command',
    run,
    folder: cwd === undefined ? usualFolder : resolve(root, cwd),
    results: junit,
    minimum,
    timeoutMs: timeoutSeconds * 1000,
    shared,
  };
}
