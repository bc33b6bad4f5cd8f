import { foldState } from '../../ledger/index.ts';
import type { EnvironmentView, ServicePlace } from '../../model/index.ts';
import { liveRuns } from '../../reaper/index.ts';
import { environmentsView } from '../../views/index.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface StatusOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `stagegate status`: per environment, which version it was promoted with and what is deployed now, and where. */
export async function status(options: StatusOptions): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openProjectLedger(config);
  const environments = environmentsView(config, foldState(ledger.entries), await liveRuns(config.root));
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ ledger: ledger.location, environments }, null, 2)}\n`
      : describe(environments),
  );
  return 0;
}

function describe(environments: readonly EnvironmentView[]): string {
  const width = Math.max(
    ...environments.flatMap(({ services }) => services.map(({ service }) => service.length)),
  );
  const lines = environments.flatMap(({ name, platform, freeze, lock, services }) => [
    `${name} (${platform} platform)`,
    ...(freeze === null ? [] : [`  frozen by ${freeze.by} since ${freeze.at}: ${freeze.reason}`]),
    ...(lock === null ? [] : [`  being changed by ${lock.command} (run ${lock.runId}) since ${lock.at}`]),
    ...services.map((place) => `  ${place.service.padEnd(width)}  ${describePlace(place)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function describePlace({ version, digest, promotedAt, deployed }: ServicePlace): string {
  const now =
    deployed === null
      ? 'not running now'
      : `running ${deployed.version} on ${deployed.platform} since ${deployed.since}`;
  if (version === null) return deployed === null ? 'never promoted' : `never promoted; ${now}`;
  return `${version}  ${digest?.slice(7, 19)}  promoted ${promotedAt}; ${now}`;
}
