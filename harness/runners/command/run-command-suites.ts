import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import pLimit from 'p-limit';
import { type CommandSuite, StagegateError, type TestCase } from '../../model/index.ts';
import { runShell } from '../../plumbing/shell-command.ts';
import type { StageContext } from '../context.ts';
import { contractFolders } from '../contract-folders.ts';
import { type FilesOutcome, joinOutcomes } from '../file-outcome.ts';
import { type CommandEnd, commandOutcome } from './command-outcome.ts';
import { readResults } from './read-results.ts';
import { watchResultFiles } from './result-files.ts';
import { suiteEnvironment } from './suite-environment.ts';
import { withAddresses } from './with-addresses.ts';

export interface CommandSuitesOptions {
  readonly context: StageContext;
  readonly services: readonly string[];
  /** Commands at once. */
  readonly workers: number;
  readonly logFile: string;
  readonly onTest: (service: string | null, test: TestCase) => void;
  readonly signal: AbortSignal;
}

interface Order {
  readonly suite: CommandSuite;
  readonly service: string | null;
}

/** Runs the suites of other runners; a suite of the whole system runs once. @throws `SG_INTERRUPTED` */
export async function runCommandSuites(options: CommandSuitesOptions): Promise<FilesOutcome> {
  const limit = pLimit(options.workers);
  const orders = ordersOf(options);
  return joinOutcomes(await Promise.all(orders.map((order) => limit(() => runSuite(order, options)))));
}

function ordersOf({ context, services }: CommandSuitesOptions): readonly Order[] {
  const orders = services.flatMap((service): Order[] => {
    const suite = context.services[service]?.suite;
    return suite?.kind === 'command' ? [{ suite, service: suite.shared ? null : service }] : [];
  });
  const [shared] = orders.filter(({ service }) => service === null);
  return [...orders.filter(({ service }) => service !== null), ...(shared === undefined ? [] : [shared])];
}

async function runSuite(order: Order, options: CommandSuitesOptions): Promise<FilesOutcome> {
  const { context, onTest, signal } = options;
  const { suite, service } = order;
  const title = `${context.stage} of ${service ?? 'the system'}`;
  return withAddresses(context, service, async (addresses) => {
    const end = await runCommand({ ...options, ...order, title, addresses });
    if (signal.aborted)
      throw new StagegateError('SG_INTERRUPTED', 'The tests were interrupted before they ended.');
    const outcome = commandOutcome(end);
    for (const test of end.read.flatMap(({ cases }) => cases)) onTest(service, test);
    return outcome;
  }).catch((error: unknown) => {
    if (!(error instanceof StagegateError) || error.code !== 'SG_DEPLOYMENT_FAILED') throw error;
    return neverRan({ service, place: placeOf(context, suite), because: error.message });
  });
}

async function runCommand(
  run: CommandSuitesOptions &
    Order & {
      readonly title: string;
      readonly addresses: Parameters<typeof suiteEnvironment>[0]['addresses'];
    },
): Promise<CommandEnd> {
  const { context, suite, service, title, addresses, logFile, signal } = run;
  const folder = join(
    context.scratch,
    'commands',
    `${context.stage}-${service ?? 'system'}-${randomUUID().slice(0, 8)}`,
  );
  const results = join(folder, 'results');
  const pacts = join(contractFolders(context.pacts.write).written, service ?? 'system', 'command');
  const files = await watchResultFiles(suite, results);
  const env = await suiteEnvironment({ context, service, addresses, folder, results, pacts });
  await mkdir(dirname(logFile), { recursive: true });
  await appendFile(logFile, `\n${title}: ${suite.run}\n`);
  const startedAt = new Date();
  const started = performance.now();
  const shell = await runShell(suite.run, {
    cwd: suite.folder,
    env,
    signal,
    timeoutMs: suite.timeoutMs,
    logFile,
  });
  const durationMs = Math.round(performance.now() - started);
  const [fresh, old] = await Promise.all([files.fresh(), files.old()]);
  const read = await Promise.all(fresh.map((file) => readResults(file, { root: context.root, suite })));
  await rm(folder, { recursive: true, force: true });
  const place = placeOf(context, suite);
  return {
    suite,
    service,
    title,
    place,
    shell,
    read,
    old: old.map((file) => relative(context.root, file)),
    startedAt,
    durationMs,
  };
}

function placeOf({ root }: StageContext, { folder }: CommandSuite): string {
  return relative(root, folder) || '.';
}

/** What its tests need could not be had because of the service itself: a failed test, as in a test of our own. */
function neverRan({
  service,
  place,
  because,
}: {
  readonly service: string | null;
  readonly place: string;
  readonly because: string;
}): FilesOutcome {
  const failed: TestCase = {
    name: 'deploying the subject',
    file: place,
    outcome: 'fail',
    durationMs: 0,
    failure: { message: because },
  };
  const file = {
    file: place,
    service,
    cases: [failed],
    finished: true,
    startedAt: new Date(),
    durationMs: 0,
  };
  return { files: [file], strayErrors: [], doubts: [] };
}
