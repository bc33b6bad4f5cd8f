import { foldState } from '../../ledger/index.ts';
import { exitCodes, type RunRecord, type Verdict } from '../../model/index.ts';
import { type Plan, planPromotion, planRollback } from '../../plans/index.ts';
import type { FinishedRun } from '../carry-out.ts';
import { performPlan } from '../perform-plan.ts';
import { print, printJson } from '../print.ts';
import { describeVerdict } from '../promotion/describe-verdict.ts';
import { exitCodeOfVerdicts } from '../promotion/exit-code.ts';
import { nextCommand } from '../promotion/next-command.ts';
import { askGates, type OpenGate, openGate, planOf, runtimeOf } from '../promotion/open-gate.ts';
import { requireSecrets } from '../require-secrets.ts';

export interface PromoteOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly to: string;
  readonly artifact?: string;
}

export interface RollbackOptions extends PromoteOptions {
  readonly reason?: string;
}

/** `stagegate promote`: asks the gate and, if it opens, deploys and records. The same command goes on where one was stopped. */
export async function promote(
  services: readonly string[],
  options: PromoteOptions,
  signal: AbortSignal,
): Promise<number> {
  const gate = await openGate(options.config);
  const { to, artifact: version } = options;
  const request = { services, to, ...(version === undefined ? {} : { version }) };
  return change(gate, planOf(planPromotion(gate.config, gate.state, request)), options, signal);
}

/** `stagegate rollback`: brings back what was there before; what it leaves is held. */
export async function rollback(
  services: readonly string[],
  options: RollbackOptions,
  signal: AbortSignal,
): Promise<number> {
  const gate = await openGate(options.config);
  const { to, artifact: version, reason = 'rolled back by hand' } = options;
  const request = { services, to, reason, ...(version === undefined ? {} : { version }) };
  return change(gate, planOf(planRollback(gate.config, gate.state, request)), options, signal);
}

/** Nothing is opened or locked where the gate would not open. */
async function change(
  gate: OpenGate,
  plan: Plan,
  { json = false, to }: PromoteOptions,
  signal: AbortSignal,
): Promise<number> {
  const { config, ledger, state } = gate;
  if (plan.steps.length === 0) {
    if (json) printJson({ command: plan.command, to, outcome: 'pass', services: [], next: null });
    else print(`Nothing to do: ${to} has it already.`);
    return exitCodes.yes;
  }
  const before = askGates(gate, plan, new Date().toISOString());
  const opens = before.every(({ kind }) => kind === 'pass');
  // The verdicts are kept in any case: `why` and `status` tell them.
  const steps = opens ? plan.steps : plan.steps.filter(({ kind }) => kind === 'gate');
  if (opens) requireSecrets(config, plan.environments);
  const titles = new Map(steps.map(({ id, title }) => [id, title]));
  const finished = await performPlan({
    config,
    ledger,
    plan: { ...plan, steps },
    runtime: runtimeOf(plan, state),
    report: (event) => {
      if (json) return;
      if (event.kind === 'notice') print(`note: ${event.text}`);
      if (event.kind === 'step-progress') print(`  ${titles.get(event.step) ?? event.step}: ${event.text}`);
      if (event.kind === 'step-finished' && opens && !event.step.startsWith('gate ')) {
        const detail = event.detail === undefined ? '' : `: ${event.detail}`;
        print(`${titles.get(event.step) ?? event.step}: ${event.outcome}${detail}`);
      }
    },
    signal,
  });
  return tell(plan, finished, { gate, json, to });
}

function tell(
  plan: Plan,
  { record, exitCode }: FinishedRun,
  { gate, json, to }: { readonly gate: OpenGate; readonly json: boolean; readonly to: string },
): number {
  const { verdicts, problems } = record;
  const state = foldState(gate.ledger.entries);
  const places = record.environments[0]?.services ?? [];
  const services = places.map(({ service, version, digest, verdict, reasons }) => ({
    service,
    version,
    digest: digest ?? plan.pinned?.get(service) ?? null,
    outcome: verdict,
    reasons,
  }));
  const code = problems.length > 0 ? exitCode : exitCodeOfVerdicts(places.map(({ verdict }) => verdict));
  const next = nextOf(plan, record, verdicts, code);
  if (json) {
    printJson({
      command: plan.command,
      runId: record.runId,
      to,
      outcome: outcomeOf(code),
      services,
      verdicts,
      problems,
      next,
    });
    return code;
  }
  for (const verdict of verdicts) print(describeVerdict(verdict));
  for (const { code: name, message, hint } of problems) print(`${name}: ${message}\n${hint}`);
  if (problems.length === 0) {
    for (const { service, outcome, reasons, version } of services) {
      if (outcome === 'pass') print(`${service} ${version ?? ''} is promoted in ${to}.`);
      else if (verdicts.every(({ kind }) => kind === 'pass'))
        print(`${service}: ${outcome}: ${reasons.join('; ')}`);
    }
  }
  if (state.locks.get(to) !== undefined && code === exitCodes.pending) print('Nothing was changed.');
  print(`Next: ${next}`);
  return code;
}

function nextOf(plan: Plan, { problems }: RunRecord, verdicts: readonly Verdict[], code: number): string {
  const again = `stagegate ${plan.command} ${plan.services.join(' ')} --to ${plan.target}`;
  if (code === exitCodes.yes) return 'stagegate status';
  if (problems.length > 0) return again;
  if (verdicts.some(({ kind }) => kind !== 'pass')) return nextCommand(verdicts, plan.target);
  return code === exitCodes.pending ? again : `stagegate why ${plan.services[0] ?? ''} --to ${plan.target}`;
}

function outcomeOf(code: number): string {
  if (code === exitCodes.yes) return 'pass';
  if (code === exitCodes.pending) return 'pending';
  return code === exitCodes.no ? 'fail' : 'inconclusive';
}
