import { StagegateError } from '../../model/index.ts';
import { print, printJson } from '../print.ts';
import { openGate } from '../promotion/open-gate.ts';
import { requireEnvironment } from '../require-known.ts';
import { decisionId, personOf } from './decide.ts';

export interface FreezeOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly by?: string;
  readonly reason?: string;
  readonly until?: string;
}

/** `stagegate freeze` and `unfreeze`: whether anything may enter an environment. */
export async function freeze(environment: string, frozen: boolean, options: FreezeOptions): Promise<number> {
  const gate = await openGate(options.config);
  requireEnvironment(gate.config, environment);
  const at = new Date().toISOString();
  const until = options.until === undefined ? undefined : momentOf(options.until, at);
  const by = await personOf(options.by, gate);
  const reason = options.reason ?? 'no reason given';
  await gate.ledger.append([
    {
      kind: 'freeze',
      runId: decisionId(),
      environment,
      frozen,
      by,
      reason,
      at,
      ...(until === undefined ? {} : { until }),
    },
  ]);
  const next = frozen ? `stagegate unfreeze ${environment}` : `stagegate promote --all --to ${environment}`;
  if (options.json === true) printJson({ environment, frozen, by, reason, at, until: until ?? null, next });
  else
    print(
      `${environment} is ${frozen ? `frozen${until === undefined ? '' : ` until ${until}`}` : 'open again'}.\nNext: ${next}`,
    );
  return 0;
}

function momentOf(text: string, now: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time) || time <= Date.parse(now)) {
    throw new StagegateError(
      'SG_USAGE',
      `--until ${text} is no time to come; write e.g. ${new Date(Date.parse(now) + 86_400_000).toISOString()}.`,
    );
  }
  return new Date(time).toISOString();
}
