import { worstOf } from '../../model/index.ts';
import { planPromotion } from '../../plans/index.ts';
import { print, printJson } from '../print.ts';
import { describeVerdict } from '../promotion/describe-verdict.ts';
import { exitCodeOfVerdicts } from '../promotion/exit-code.ts';
import { nextCommand } from '../promotion/next-command.ts';
import { askGates, openGate, planOf } from '../promotion/open-gate.ts';

export interface CanIPromoteOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly to: string;
  readonly artifact?: string;
}

/** `stagegate can-i-promote`: what the gate would say now, from the ledger alone. Writes nothing. */
export async function canIPromote(services: readonly string[], options: CanIPromoteOptions): Promise<number> {
  const gate = await openGate(options.config);
  const { to, artifact: version } = options;
  const plan = planOf(
    planPromotion(gate.config, gate.state, { services, to, ...(version === undefined ? {} : { version }) }),
  );
  const verdicts = askGates(gate, plan, new Date().toISOString());
  const next = nextCommand(verdicts, to);
  const outcome = verdicts.length === 0 ? 'pass' : worstOf(verdicts.map(({ kind }) => kind));
  if (options.json === true) printJson({ to, outcome, verdicts, next: verdicts.length === 0 ? null : next });
  else if (verdicts.length === 0) print(`Everything is in ${to} already.`);
  else print([...verdicts.map(describeVerdict), `Next: ${next}`].join('\n'));
  return exitCodeOfVerdicts(verdicts.map(({ kind }) => kind));
}
