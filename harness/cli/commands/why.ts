import type { Config } from '../../config/index.ts';
import { foldState } from '../../ledger/index.ts';
import { exitCodes, StagegateError, shortDigest, unreachable, type VerdictKind } from '../../model/index.ts';
import { type Explanation, explain } from '../../views/index.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface WhyOptions {
  readonly config?: string;
  readonly to: string;
  readonly json?: boolean;
}

/** `stagegate why`: the last answer about a service and an environment, from the ledger; exits as the answer says. */
export async function why(service: string, options: WhyOptions): Promise<number> {
  const config = await openProject(options.config);
  refuseUnknown(config, service, options.to);
  const ledger = await openProjectLedger(config);
  const answer = explain(foldState(ledger.entries), {
    service,
    environment: options.to,
    system: config.system,
  });
  process.stdout.write(options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : describe(answer));
  return exitCodeOfVerdict(answer.verdict);
}

function refuseUnknown(config: Config, service: string, environment: string): void {
  const services = config.services.map(({ name }) => name);
  if (!services.includes(service)) {
    throw new StagegateError(
      'SG_USAGE',
      `There is no service "${service}"; write one of ${services.join(', ')}.`,
    );
  }
  const environments = config.environments.map(({ name }) => name);
  if (!environments.includes(environment)) {
    throw new StagegateError(
      'SG_USAGE',
      `There is no environment "${environment}"; write one of ${environments.join(', ')}.`,
    );
  }
}

function describe({
  service,
  environment,
  verdict,
  version,
  digest,
  reasons,
  decidedAt,
  notes,
}: Explanation): string {
  const subject =
    version === null || digest === null ? service : `${service}@${version} (${shortDigest(digest)})`;
  const head = `${subject} for ${environment}: ${verdict}${decidedAt === null ? '' : `, decided ${decidedAt}`}`;
  return `${[head, ...reasons.map(({ outcome, reason }) => `  ${outcome}: ${reason}`), ...notes.map((note) => `  note: ${note}`)].join('\n')}\n`;
}

function exitCodeOfVerdict(verdict: VerdictKind): number {
  switch (verdict) {
    case 'pass':
      return exitCodes.yes;
    case 'pending':
      return exitCodes.pending;
    case 'fail':
    case 'inconclusive':
      return exitCodes.no;
    default:
      return unreachable(verdict);
  }
}
