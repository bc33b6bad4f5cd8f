import type { Config } from '../../config/index.ts';
import { type BuiltArtifact, placeOf, promotedIn, type State } from '../../ledger/index.ts';
import { type Planned, problems } from '../plan.ts';
import { artifactBy, artifactNamed } from './artifacts.ts';
import { inOrder, wrongRequest } from './plan-promotion.ts';
import { promotionSteps } from './steps.ts';

export interface RollbackRequest {
  /** Empty: every service that was promoted there more than once. */
  readonly services: readonly string[];
  readonly to: string;
  /** A version or the beginning of a digest that was promoted there before; absent: the one before. */
  readonly version?: string;
  readonly reason: string;
}

/** Brings back what an environment was cleared for before; what it leaves is held. Pure. */
export function planRollback(config: Config, state: State, request: RollbackRequest): Planned {
  const wrong = wrongRequest(config, request);
  if (wrong.length > 0) return problems(...wrong);
  const gate = config.gates.find(({ to }) => to === request.to);
  if (gate === undefined) return problems(`No gate leads to ${request.to}, so nothing was promoted there.`);
  // Callers go back before what they call.
  const wanted = inOrder(config, request.services).toReversed();
  const found = wanted.map((service) => ({ service, ...target(service, state, request) }));
  const without = found.filter(({ artifact }) => artifact === undefined);
  if (without.length > 0 && request.services.length > 0) {
    return problems(
      ...without.map(({ service, because }) => `${service} cannot go back in ${request.to}: ${because}`),
    );
  }
  const artifacts = found.flatMap(({ artifact }) => artifact ?? []);
  return {
    kind: 'plan',
    plan: {
      command: 'rollback',
      target: request.to,
      environments: [request.to],
      services: artifacts.map(({ service }) => service),
      pinned: new Map(artifacts.map(({ service, digest }) => [service, digest])),
      steps: promotionSteps(config, gate, artifacts, { isRollback: true, reason: request.reason }),
    },
  };
}

/** The last verified version before the one there now. */
function target(
  service: string,
  state: State,
  { to, version }: RollbackRequest,
): { readonly artifact?: BuiltArtifact; readonly because?: string } {
  const there = promotedIn(state, service, to);
  if (there === undefined) return { because: 'nothing was promoted there' };
  const promotions = state.promotions.get(placeOf(service, to)) ?? [];
  if (version !== undefined) {
    const named = artifactNamed(state, service, version);
    const wasThere = promotions.some(({ digest }) => digest === named?.digest);
    return named !== undefined && wasThere
      ? { artifact: named }
      : { because: `"${version}" was never promoted there` };
  }
  if (there.rollback === true) {
    return { because: 'what is there now is a rollback already; name the version with --artifact' };
  }
  const held = new Set(state.holds.get(placeOf(service, to))?.map(({ digest }) => digest));
  const before = promotions.findLast(({ digest }) => digest !== there.digest && !held.has(digest));
  const artifact = before && artifactBy(state, service, before.digest);
  return artifact === undefined ? { because: 'there is no version before the one there now' } : { artifact };
}
