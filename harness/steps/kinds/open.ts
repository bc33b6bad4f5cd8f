import type { Step } from '../../engine/index.ts';
import type { RunCluster } from '../../model/index.ts';
import { unreachable } from '../../model/index.ts';
import type { StepContext, StepKind } from '../context.ts';

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
