import type { WeightInfo } from '../../wire/operator-call.ts';
import type { MasterContext } from '../context.ts';
import { rescindOffer } from '../offers.ts';
import { roleProblem } from '../roles.ts';
import { done, type Outcome, refused } from './outcome.ts';

export function listWeights(context: MasterContext): WeightInfo[] {
  return [...context.registry.state.weights].map(([role, weight]) => ({ weight, role }));
}

/** Sets weights, all or none. When a role in use is among them, every offer is rescinded and shared out anew. */
export function updateWeights(context: MasterContext, infos: readonly WeightInfo[]): Outcome {
  const weights = new Map<string, number>();
  for (const { role: given = '', weight } of infos) {
    const role = given.trim();
    const problem = roleProblem(role);
    if (problem !== null) {
      return refused(`Failed to validate update weights request JSON: Invalid role '${role}': ${problem}`);
    }
    if (!(weight > 0) || !Number.isFinite(weight)) {
      return refused(
        `Failed to validate update weights request JSON for role '${role}': Invalid weight '${weight}': ` +
          'Weights must be positive',
      );
    }
    weights.set(role, weight);
  }
  const inUse = [...weights.keys()].some((role) => context.allocator.tree.get(role) !== undefined);
  for (const [role, weight] of weights) context.allocator.setWeight(role, weight);
  context.registry.update((state) => {
    for (const [role, weight] of weights) state.weights.set(role, weight);
  });
  if (inUse) for (const offer of [...context.offers.values()]) rescindOffer(context, offer);
  return done;
}
