import type { Config } from '../../config/index.ts';
import { type DeploymentRecord, openLedger } from '../../ledger/index.ts';
import { openProject } from '../project.ts';

export interface StatusOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `stagegate status`: per environment, what the newest deployment in the ledger left standing. */
export async function status(options: StatusOptions): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openLedger(config.root);
  const deployments = (await ledger.read()).flatMap(({ record }) =>
    record.kind === 'deployment' ? [record] : [],
  );
  const environments = config.environments.map(({ name }) => ({
    name,
    services: config.services.map((service) => newest(service.name, name, deployments)),
  }));
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ ledger: ledger.location, environments }, null, 2)}\n`
      : describe(config, environments),
  );
  return 0;
}

interface Standing {
  readonly service: string;
  readonly version: string | null;
  readonly digest: string | null;
  readonly at: string | null;
}

function newest(service: string, environment: string, deployments: readonly DeploymentRecord[]): Standing {
  const last = deployments.findLast(
    (record) =>
      record.service === service && record.environment === environment && record.outcome === 'stands',
  );
  return {
    service,
    version: last?.version ?? null,
    digest: last?.digest ?? null,
    at: last?.at ?? null,
  };
}

function describe(
  config: Config,
  environments: readonly { readonly name: string; readonly services: readonly Standing[] }[],
): string {
  const width = Math.max(...config.services.map(({ name }) => name.length));
  const lines = environments.flatMap(({ name, services }) => [
    name,
    ...services.map(({ service, version, digest, at }) =>
      version === null
        ? `  ${service.padEnd(width)}  nothing yet`
        : `  ${service.padEnd(width)}  ${version}  ${digest?.slice(0, 19)}  since ${at}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
