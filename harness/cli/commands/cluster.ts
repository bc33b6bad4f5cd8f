import type { RuntimeWish } from '../../config/index.ts';
import { exitCodes } from '../../model/index.ts';
import { describeCluster, startCluster } from '../../platforms/index.ts';
import { openLogFolder } from '../../plumbing/log-folder.ts';
import { claimRun } from '../../reaper/index.ts';
import { untilInterrupted } from '../interruption.ts';

export interface ClusterOptions {
  readonly agents: number;
  readonly agentResources?: string;
  /** One text per agent, from the start again when there are more agents. */
  readonly agentAttributes?: readonly string[];
  readonly distinctHosts?: boolean;
  readonly marathonPort: number;
  readonly mesosPort: number;
  readonly mesosOnly?: boolean;
  /** False for `--no-auth`. */
  readonly auth: boolean;
  readonly jsonp?: boolean;
  readonly runtime?: RuntimeWish;
}

/** `stagegate cluster`: holds an empty cluster until interrupted; one JSON line tells where it is. */
export async function cluster(options: ClusterOptions, signal: AbortSignal): Promise<number> {
  const runtime = await runtimeFor(options.runtime ?? 'auto');
  await using claim = await claimRun(process.cwd(), { usesEngine: runtime === 'docker' });
  await using running = await startCluster(
    {
      agents: options.agents,
      agentResources: options.agentResources ?? null,
      ...(options.agentAttributes === undefined ? {} : { agentAttributes: options.agentAttributes }),
      distinctHosts: options.distinctHosts === true,
      runtime,
      folder: claim.folder,
      heldBy: 'cluster',
      temporaryFolder: claim.temporaryFolder,
      logFolder: await openLogFolder(process.cwd(), claim.id),
      marker: claim.marker,
      labels: claim.labels,
      marathonPort: options.marathonPort,
      mesosPort: options.mesosPort,
      mesosOnly: options.mesosOnly === true,
      noAuth: !options.auth,
      jsonp: options.jsonp === true,
    },
    signal,
  );
  process.stdout.write(`${describeCluster(running)}\n`);
  await untilInterrupted(signal);
  return exitCodes.interrupted;
}

/** Asks for an engine only where the answer matters: looking for one takes longer than a cluster's start. */
async function runtimeFor(wish: RuntimeWish): Promise<'process' | 'docker'> {
  if (wish === 'process') return wish;
  const { detectRuntime } = await import('../../builders/index.ts');
  return (await detectRuntime(wish)).runtime;
}
