import { rm, writeFile } from 'node:fs/promises';
import type { RuntimeWish } from '../../config/index.ts';
import { exitCodes, StagegateError } from '../../model/index.ts';
import { hashSources, makePlan, openWorld, runPlan } from '../../pipeline/index.ts';
import { identityOf } from '../../plumbing/process-identity.ts';
import { untilInterrupted } from '../interruption.ts';
import { openProject } from '../project.ts';
import { openReporter } from '../reporter.ts';
import { upFile } from '../up-file.ts';

export interface UpOptions {
  readonly config?: string;
  readonly runtime?: RuntimeWish;
}

/** `stagegate up`: deploys the system into its first environment and holds it until interrupted, or until `down`. */
export async function up(options: UpOptions, signal: AbortSignal): Promise<number> {
  const config = await openProject(options.config);
  const to = config.environments[0]?.name ?? '';
  const planned = makePlan(config, { kind: 'up', to }, await hashSources(config));
  if (planned.kind === 'problems') throw new StagegateError('SG_USAGE', planned.problems.join('\n'));
  await using reporter = openReporter({ root: config.root, json: false });
  await using world = await openWorld(config, { runtime: options.runtime, reporter });
  const { exitCode } = await runPlan(config, planned.plan, world, signal);
  if (exitCode !== exitCodes.yes) return exitCode;
  const file = upFile(config.root);
  await writeFile(file, `${JSON.stringify(identityOf())}\n`);
  process.stdout.write('Up. Ctrl-C, or "stagegate down" elsewhere, ends it.\n');
  await untilInterrupted(signal);
  await rm(file, { force: true });
  return exitCodes.interrupted;
}
