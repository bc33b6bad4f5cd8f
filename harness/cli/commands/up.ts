import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeWish } from '../../config/index.ts';
import { exitCodes, type Reporter, StagegateError } from '../../model/index.ts';
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
  // Not among the reports: nothing was tested, and nothing may go anywhere.
  const folder = join(config.root, '.stagegate', 'up');
  await using reporter = openReporter({ folder, json: false });
  let edgeUrl = '';
  const listener: Reporter = {
    report(event) {
      if (event.kind === 'cluster-ready') edgeUrl = event.edgeUrl;
      reporter.report(event);
    },
    close: () => reporter.close(),
  };
  await using world = await openWorld(config, { runtime: options.runtime, reporter: listener });
  const { exitCode } = await runPlan(config, planned.plan, world, signal);
  if (exitCode !== exitCodes.yes) return exitCode;
  const file = upFile(config.root);
  await writeFile(file, `${JSON.stringify(identityOf())}\n`);
  process.stdout.write(await addressesAt(edgeUrl));
  process.stdout.write('Up. Ctrl-C, or "stagegate down" elsewhere, ends it.\n');
  await untilInterrupted(signal);
  await rm(file, { force: true });
  return exitCodes.interrupted;
}

/** One line per app that has a stable address. */
async function addressesAt(edgeUrl: string): Promise<string> {
  const answer = await fetch(new URL('/routes', edgeUrl));
  const routes = (await answer.json()) as readonly { readonly appId: string; readonly address: string }[];
  return routes.map(({ appId, address }) => `${appId} ${address}\n`).join('');
}
