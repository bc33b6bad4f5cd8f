import type { Step } from '../../engine/index.ts';
import type { LedgerRecord } from '../../ledger/index.ts';
import type { RunCluster } from '../../model/index.ts';
import { unreachable } from '../../model/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';

/** Opens something that other steps use: a platform, the stores, the stand-ins of outside systems. */
export interface OpenStep extends Step {
  readonly kind: 'open';
  readonly what: 'platform' | 'stores' | 'externals';
  /** Name of the platform. */
  readonly platform: string;
}

export default {
  kind: 'open',
  onDemand: true,
  inputs: ({ what, platform }) => ({ what, platform }),
  async run([step], context) {
    if (step === undefined) return [];
    await open(step, context);
    await context.append(endsOfReplaced(step, context));
    return [{ outcome: 'pass' }];
  },
} satisfies StepKind<OpenStep>;

async function open({ what, platform }: OpenStep, context: StepContext): Promise<RunCluster | null> {
  const { effects, signal } = context;
  switch (what) {
    case 'platform':
      return effects.openPlatform(platform, signal);
    case 'stores':
      await effects.openStores(signal);
      return null;
    case 'externals':
      await effects.openExternals(signal);
      return null;
    default:
      return unreachable(what);
  }
}

/** Another cluster at the address of a lasting platform: what was deployed on the one before is not there any more. */
function endsOfReplaced({ what, platform }: OpenStep, context: StepContext): readonly LedgerRecord[] {
  const { known, effects, runId } = context;
  const environment = known.config.environments.find((each) => each.platform === platform)?.name;
  if (what !== 'platform' || environment === undefined) return [];
  const { id, lifetime } = effects.platformOf(environment);
  if (lifetime !== 'lasting') return [];
  const said = [...known.state.deployments.values()].flat().filter(({ until }) => until === null);
  const before = said.filter((one) => one.platform.name === platform && one.platform.id !== id);
  return [...new Set(before.map((one) => one.platform.id))].map((platformId) => ({
    kind: 'platform-ended',
    runId,
    platformId,
    at: isoNow(context),
  }));
}
