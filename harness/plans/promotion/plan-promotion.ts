import type { Config, GateConfig } from '../../config/index.ts';
import { type BuiltArtifact, deployedNow, placeOf, promotedIn, type State } from '../../ledger/index.ts';
import { neighboursOf } from '../../model/index.ts';
import { isLasting, platformOf } from '../parts/steps.ts';
import { type Planned, problems } from '../plan.ts';
import { artifactNamed, artifactThere } from './artifacts.ts';
import { promotionSteps } from './steps.ts';

export interface PromotionRequest {
  /** Empty: every service whose version differs. */
  readonly services: readonly string[];
  readonly to: string;
  /** A version or the beginning of a digest, for one service; absent: what its environment before was promoted with. */
  readonly version?: string;
}

/** Brings what the environment before has into `to`. Pure. Without steps where everything is there already. */
export function planPromotion(config: Config, state: State, request: PromotionRequest): Planned {
  const wrong = wrongRequest(config, request);
  if (wrong.length > 0) return problems(...wrong);
  const gate = config.gates.find(({ to }) => to === request.to);
  if (gate === undefined) {
    const [first] = config.environments;
    return problems(
      first?.name === request.to
        ? `A version enters ${request.to} by being built; run: stagegate run --to ${request.to}`
        : `No gate leads to ${request.to}.`,
    );
  }
  const wanted = inOrder(config, request.services).map((service) => ({
    service,
    artifact: wantedArtifact(service, gate, state, request),
  }));
  const missing = wanted.filter(({ artifact }) => artifact === undefined).map(({ service }) => service);
  if (missing.length > 0 && request.services.length > 0) {
    return problems(
      ...missing.map((service) =>
        request.version === undefined
          ? `${service} has no version in ${gate.from}; run: stagegate run --to ${gate.from}`
          : `${service} has no version "${request.version}"; see: stagegate ledger log`,
      ),
    );
  }
  const artifacts = wanted
    .flatMap(({ artifact }) => artifact ?? [])
    .filter((one) => !isThere(one, gate, config, state));
  return {
    kind: 'plan',
    plan: {
      command: 'promote',
      target: request.to,
      environments: [request.to],
      services: artifacts.map(({ service }) => service),
      pinned: new Map(artifacts.map(({ service, digest }) => [service, digest])),
      steps: promotionSteps(config, gate, artifacts, { isRollback: false, reason: '' }),
    },
  };
}

/** What any request about services and an environment may have wrong. */
export function wrongRequest(
  { services, environments }: Config,
  request: { readonly services: readonly string[]; readonly to: string; readonly version?: string },
): readonly string[] {
  const names = services.map(({ name }) => name);
  const known = environments.map(({ name }) => name);
  return [
    ...request.services
      .filter((service) => !names.includes(service))
      .map((service) => `There is no service "${service}"; write one of ${names.join(', ')}.`),
    ...(known.includes(request.to)
      ? []
      : [`There is no environment "${request.to}"; write one of ${known.join(', ')}.`]),
    ...(request.version !== undefined && request.services.length !== 1
      ? ['A version belongs to one service; name that service alone.']
      : []),
  ];
}

/** Services after those they call; all of them where none is named. */
export function inOrder({ services }: Config, wanted: readonly string[]): readonly string[] {
  const ordered: string[] = [];
  const visit = (name: string): void => {
    const service = services.find((one) => one.name === name);
    if (service === undefined || ordered.includes(name)) return;
    for (const neighbour of neighboursOf(service)) visit(neighbour);
    ordered.push(name);
  };
  for (const { name } of services) visit(name);
  return ordered.filter((name) => wanted.length === 0 || wanted.includes(name));
}

function wantedArtifact(
  service: string,
  { from }: GateConfig,
  state: State,
  { version }: PromotionRequest,
): BuiltArtifact | undefined {
  return version === undefined ? artifactThere(state, service, from) : artifactNamed(state, service, version);
}

/** Whether the target has exactly these bytes, and no command was killed while it changed them. */
function isThere(
  { service, digest }: BuiltArtifact,
  { to }: GateConfig,
  config: Config,
  state: State,
): boolean {
  if (promotedIn(state, service, to)?.digest !== digest) return false;
  if (!isLasting(config, platformOf(config, to))) return true;
  return (
    !state.startedDeployments.has(placeOf(service, to)) && deployedNow(state, service, to)?.digest === digest
  );
}
