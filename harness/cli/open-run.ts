import { type Config, readSettings, secretValues } from '../config/index.ts';
import { openEffects, Resources } from '../effects/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { RunEvent, RuntimeName } from '../model/index.ts';
import type { Plan } from '../plans/index.ts';
import { systemClock } from '../plumbing/clock.ts';
import { openLogFolder } from '../plumbing/log-folder.ts';
import { Redactor } from '../plumbing/redact.ts';
import { loadChecks } from '../policy/index.ts';
import { claimRun } from '../reaper/index.ts';
import { loadStepKinds } from '../steps/index.ts';
import type { RunOptions } from './carry-out.ts';
import { rememberInputs } from './step-inputs.ts';

export interface OpenRunOptions {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly plan: Pick<Plan, 'command' | 'environments'>;
  readonly runtime: RuntimeName;
  /** The cluster that the run starts asks nobody for credentials. */
  readonly noAuth: boolean;
  readonly report: (event: RunEvent) => void;
}

/** A run of this checkout, claimed, with all that plans are carried out with. Disposing takes down what was started. */
export interface OpenRun extends AsyncDisposable {
  readonly id: string;
  readonly resources: Resources;
  /** What came up and belongs into the record. */
  readonly notices: string[];
  /** What every plan of the run is carried out with. */
  readonly tools: Pick<
    RunOptions,
    'kinds' | 'checks' | 'ledger' | 'effects' | 'redactor' | 'clock' | 'remember'
  >;
  /** Tells an event, and keeps a notice for the record. */
  report(event: RunEvent): void;
}

export async function openRun(options: OpenRunOptions): Promise<OpenRun> {
  const { config, ledger, plan, runtime, noAuth } = options;
  const clock = systemClock;
  const redactor = new Redactor();
  redactor.add(...(await secretValues(config, plan.environments, readSettings().env)));
  const notices: string[] = [];
  const report = (event: RunEvent): void => {
    if (event.kind === 'notice' && !notices.includes(event.text)) notices.push(event.text);
    options.report(event);
  };
  await using opened = new AsyncDisposableStack();
  const claim = opened.use(await claimRun(config.root, { usesEngine: runtime === 'docker' }));
  const logs = await openLogFolder(config.root, claim.id);
  const { command } = plan;
  const resources = opened.use(
    new Resources({ config, runtime, claim, command, logs, clock, redactor, noAuth, report }),
  );
  const [kinds, checks] = await Promise.all([loadStepKinds(), loadChecks()]);
  const effects = openEffects({ config, runtime, claim, logs, resources });
  const kept = opened.move();
  return {
    id: claim.id,
    resources,
    notices,
    tools: {
      kinds,
      checks,
      ledger,
      effects,
      redactor,
      clock,
      remember: (read) => rememberInputs(config.root, read),
    },
    report,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
