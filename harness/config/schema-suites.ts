import { z } from 'zod';
import { stageNames } from '../model/index.ts';
import { relativePath } from './schema-words.ts';

const commandSuite = z.strictObject({
  /** Shell command that runs the tests: pytest, jest, go test, mvn … */
  run: z.string().min(1),
  /** Pattern of the JUnit files it writes, relative to `cwd`; absent: it writes into `$STAGEGATE_RESULTS`. */
  junit: relativePath.optional(),
  /** Folder the command runs in, relative to the configuration file; default: the service's, or the project's. */
  cwd: relativePath.optional(),
  /** Fewer passed tests than that are no pass. Default 1. */
  minimum: z.number().int().min(1).optional(),
  /** How long the command may take. Default 600. */
  timeoutSeconds: z.number().int().min(1).max(86_400).optional(),
});

const folderSuite = z.strictObject({
  /** Folder with test files for the built-in vitest, relative to the configuration file. */
  folder: relativePath,
});

const suite = z.union(
  [z.string().min(1), commandSuite, folderSuite],
  "write a command, { run: 'pytest …', junit: 'out/*.xml' } or { folder: 'tests/unit' }",
);

/** Stage → how its tests are run, where that is not vitest in `suites/<stage>/<service>`. */
export const suites = z.partialRecord(z.enum(stageNames), suite);
export type SuiteInput = z.input<typeof suite>;
