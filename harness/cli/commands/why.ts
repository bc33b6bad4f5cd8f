import { foldState } from '../../ledger/index.ts';
import { exitCodes, shortDigest, unreachable, type VerdictKind } from '../../model/index.ts';
import { type Explanation, explain } from '../../views/index.ts';
import { print, printJson } from '../print.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';
import { requireEnvironment, requireService } from '../require-known.ts';

export interface WhyOptions {
  readonly config?: string;
  readonly to: string;
  readonly json?: boolean;
}

/** `stagegate why`: the last answer about a service and an environment, from the ledger; exits as the answer says. */
export async function why(service: string, options: WhyOptions): Promise<number> {
  const config = await openProject(options.config);
  requireService(config, service);
  requireEnvironment(config, options.to);
  const ledger = await openProjectLedger(config);
  const answer = explain(foldState(ledger.entries), {
    service,
    environment: options.to,
    system: config.system,
  });
  if (options.json === true) printJson(answer);
  else print(describe(answer));
  return exitCodeOfVerdict(answer.verdict);
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
  return [
    head,
    ...reasons.map(({ outcome, reason }) => `  ${outcome}: ${reason}`),
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n');
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
