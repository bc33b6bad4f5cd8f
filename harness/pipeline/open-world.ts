import { join } from 'node:path';
import { buildService, detectRuntime, revisionOf } from '../builders/index.ts';
import type { Config, RuntimeWish } from '../config/index.ts';
import { openLedger } from '../ledger/index.ts';
import type { Reporter } from '../model/index.ts';
import { systemClock } from '../plumbing/clock.ts';
import { openLogFolder } from '../plumbing/log-folder.ts';
import { claimRun } from '../reaper/index.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { stageContext } from './stage-context.ts';
import { Surroundings } from './surroundings.ts';
import type { World } from './world.ts';

export interface WorldOptions {
  /** Goes before what the configuration wishes. */
  readonly runtime?: RuntimeWish;
  readonly reporter: Reporter;
}

/** The real world of one run. Disposing it takes down whatever the run started, however far it came. */
export async function openWorld(config: Config, options: WorldOptions): Promise<World & AsyncDisposable> {
  await using undo = new AsyncDisposableStack();
  const clock = systemClock;
  const report: World['report'] = (event) => options.reporter.report(event);
  const { runtime, notice } = await detectRuntime(options.runtime ?? config.cluster.runtime);
  const claim = undo.use(await claimRun(config.root));
  const logs = await openLogFolder(config.root, claim.id);
  const ledger = new LedgerWriter(await openLedger(config.root));
  const around = undo.use(new Surroundings({ config, runtime, claim, logs, clock, report }));
  const bundles = new Map<string, string>();
  const commit = (await revisionOf(config.root, config.root))?.commit ?? null;
  const kept = undo.move();
  return {
    runId: claim.id,
    runtime,
    commit,
    clock,
    notices: notice === undefined ? [] : [notice],
    report,
    record: (records) => ledger.write(records),
    recorded: () => ledger.written(),
    start: (what, signal) => around.start(what, signal),
    async build(service, signal) {
      const registry = await around.registry(signal);
      const { artifact, bundle } = await buildService(service, {
        root: config.root,
        runtime,
        ...(registry === null ? {} : { registry }),
        signal,
      });
      bundles.set(service.name, bundle);
      return artifact;
    },
    async runStage(order, signal) {
      // vitest is heavy to load; what runs no stage does without.
      const { runStage } = await import('../runners/index.ts');
      const { stage, services, onTest } = order;
      const context = stageContext(config, order, {
        runId: claim.id,
        runtime,
        scratch: claim.folder,
        postgres: around.postgres,
        cluster: around.clusterAccess,
        externals: around.externals,
        marker: claim.marker,
        bundleOf: ({ service, location }) => bundles.get(service) ?? location,
      });
      return runStage({ stage, services, context, onTest, logFile: join(logs, `${stage}.log`), signal });
    },
    deploy: (order, signal) => around.environments.deploy(order, signal),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
