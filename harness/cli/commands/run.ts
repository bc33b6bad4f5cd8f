import { join } from 'node:path';
import type { Config, RuntimeWish } from '../../config/index.ts';
import { StagegateError, type StageName } from '../../model/index.ts';
import { hashSources, makePlan, openWorld, type RunRequest, runPlan } from '../../pipeline/index.ts';
import { openProject } from '../project.ts';
import { openReporter } from '../reporter.ts';
import { targetOf } from '../target.ts';

export interface RunOptions {
  readonly config?: string;
  readonly to?: string;
  readonly runtime?: RuntimeWish;
  readonly json?: boolean;
}

/** `stagegate run`: the whole road; resolves to the exit code. */
export async function run(options: RunOptions, signal: AbortSignal): Promise<number> {
  const config = await openProject(options.config);
  return carryOut(config, { kind: 'run', to: options.to ?? targetOf(config) }, options, signal);
}

/** `stagegate stage <name> [service…]`: one stage alone. */
export async function stage(
  name: StageName,
  services: readonly string[],
  options: Omit<RunOptions, 'to'>,
  signal: AbortSignal,
): Promise<number> {
  const config = await openProject(options.config);
  return carryOut(config, { kind: 'stage', stage: name, services }, options, signal);
}

/** Config → plan → world → record: what comes out is on the reporters and in the ledger; the exit code is the verdict. */
async function carryOut(
  config: Config,
  request: RunRequest,
  options: RunOptions,
  signal: AbortSignal,
): Promise<number> {
  const planned = makePlan(config, request, await hashSources(config));
  if (planned.kind === 'problems') throw new StagegateError('SG_USAGE', planned.problems.join('\n'));
  await using reporter = openReporter({
    folder: join(config.root, 'reports'),
    json: options.json === true,
  });
  await using world = await openWorld(config, { runtime: options.runtime, reporter });
  const { exitCode } = await runPlan(config, planned.plan, world, signal);
  return exitCode;
}
