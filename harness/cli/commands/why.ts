import type { Config } from '../../config/index.ts';
import { type LedgerRecord, openLedger } from '../../ledger/index.ts';
import { exitCodes, StagegateError, unreachable, type Verdict, type VerdictKind } from '../../model/index.ts';
import { openProject } from '../project.ts';

export interface WhyOptions {
  readonly config?: string;
  readonly to: string;
  readonly json?: boolean;
}

interface Answer {
  readonly service: string;
  readonly environment: string;
  readonly verdict: VerdictKind;
  readonly version: string | null;
  readonly digest: string | null;
  readonly reasons: readonly { readonly outcome: VerdictKind; readonly reason: string }[];
  readonly decidedAt: string | null;
}

/** `stagegate why`: the last verdict on a service for an environment, from the ledger; exits as the verdict says. */
export async function why(service: string, options: WhyOptions): Promise<number> {
  const config = await openProject(options.config);
  refuseUnknown(config, service, options.to);
  const records = (await (await openLedger(config.root)).read()).map(({ record }) => record);
  const answer = answerFrom(records, service, options.to);
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

/** A gate's verdict where there is one; the first environment has no gate, so there its deployment speaks. */
function answerFrom(records: readonly LedgerRecord[], service: string, environment: string): Answer {
  const last = records.findLast(
    (record) =>
      (record.kind === 'verdict' &&
        record.verdict.service === service &&
        record.verdict.to === environment) ||
      (record.kind === 'deployment' && record.service === service && record.environment === environment),
  );
  const verdict = records.findLast(
    (record) =>
      record.kind === 'verdict' && record.verdict.service === service && record.verdict.to === environment,
  );
  const reasons = verdict?.kind === 'verdict' ? reasonsOf(verdict.verdict) : [];
  if (last?.kind === 'deployment') {
    const stands = last.outcome === 'stands';
    const deployed = {
      outcome: stands ? ('pass' as const) : ('fail' as const),
      reason: stands ? `it stood in ${environment} at ${last.at}` : `its deployment failed: ${last.because}`,
    };
    return {
      service,
      environment,
      verdict: deployed.outcome,
      version: last.version,
      digest: last.digest,
      reasons: [...reasons, deployed],
      decidedAt: last.at,
    };
  }
  if (last?.kind === 'verdict') {
    const { kind, version, digest, decidedAt } = last.verdict;
    return { service, environment, verdict: kind, version, digest, reasons, decidedAt };
  }
  return {
    service,
    environment,
    verdict: 'inconclusive',
    version: null,
    digest: null,
    reasons: [{ outcome: 'inconclusive', reason: 'the ledger has no verdict yet; run: stagegate run' }],
    decidedAt: null,
  };
}

function reasonsOf({ checks }: Verdict): Answer['reasons'] {
  return checks.map(({ outcome, reason }) => ({ outcome, reason }));
}

function describe({ service, environment, verdict, version, digest, reasons, decidedAt }: Answer): string {
  const subject = version === null ? service : `${service}@${version} (${digest?.slice(0, 19)})`;
  const head = `${subject} for ${environment}: ${verdict}${decidedAt === null ? '' : `, decided ${decidedAt}`}`;
  return `${[head, ...reasons.map(({ outcome, reason }) => `  ${outcome}: ${reason}`)].join('\n')}\n`;
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
