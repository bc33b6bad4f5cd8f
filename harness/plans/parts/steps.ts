import type { Config, GateConfig, ServiceConfig } from '../../config/index.ts';
import { dependenciesOf, neighboursOf, type StageName, topologyOf } from '../../model/index.ts';
import type {
  BuildStep,
  DefinitionsStep,
  DeployStep,
  GateStep,
  OpenStep,
  RehearseStep,
  ReplayStep,
  SmokeStep,
  VerifyStep,
} from '../../steps/index.ts';

/** Opens what environments need: their platforms, the stores, the stand-ins of outside systems; rehearsals have their own platform. */
export function opens(
  config: Config,
  environments: readonly string[],
  { rehearses = false }: { readonly rehearses?: boolean } = {},
): readonly OpenStep[] {
  const own = rehearses ? ['embedded'] : [];
  const platforms = [...new Set([...environments.map((name) => platformOf(config, name)), ...own])];
  return [...platforms.map(openPlatform), ...opensForTests(config)];
}

/** What a deployment uses. A lasting platform has stores and outside systems of its own. */
function opensToDeploy(config: Config, environment: string): readonly OpenStep[] {
  const platform = platformOf(config, environment);
  return isLasting(config, platform) ? [openPlatform(platform)] : opens(config, [environment]);
}

export function isLasting({ platforms }: Config, platform: string): boolean {
  return platforms.some(({ name }) => name === platform);
}

/** What stages of the test runner need around them. */
export function opensForTests(config: Config): readonly OpenStep[] {
  const stores: OpenStep = {
    kind: 'open',
    id: 'open stores',
    title: config.stores.map(({ name }) => name).join(', ') || 'stores',
    phase: 'prepare',
    what: 'stores',
    platform: '',
    needs: [],
  };
  const externals: OpenStep = {
    ...stores,
    id: 'open externals',
    title: 'outside systems',
    what: 'externals',
  };
  return [...(config.stores.length > 0 ? [stores] : []), ...(config.externals.length > 0 ? [externals] : [])];
}

export function openPlatform(platform: string): OpenStep {
  return {
    kind: 'open',
    id: `open ${platform}`,
    title: platform === 'embedded' ? 'Mesos and Marathon' : `platform ${platform}`,
    phase: 'prepare',
    what: 'platform',
    platform,
    needs: [],
  };
}

export function platformOf(config: Config, environment: string): string {
  return config.environments.find(({ name }) => name === environment)?.platform ?? 'embedded';
}

/** Reads what is written of the services before anything is built from it. */
export function definitions(config: Config): DefinitionsStep {
  return {
    kind: 'definitions',
    id: definitionsId,
    title: 'app definitions, Dockerfiles, settings',
    phase: 'prepare',
    services: config.services.map(({ name }) => name),
    needs: [],
  };
}

const definitionsId = 'definitions';

export function build({ name }: ServiceConfig): BuildStep {
  return {
    kind: 'build',
    id: `build ${name}`,
    title: `build ${name}`,
    phase: 'build',
    service: name,
    needs: [],
  };
}

export interface VerifyOptions {
  readonly stage: StageName;
  readonly services: readonly string[];
  readonly environment: string | null;
  readonly gated: boolean;
  readonly phase: string;
  /** What must have ended before. */
  readonly after: readonly string[];
  /** What must be running meanwhile. */
  readonly uses: readonly string[];
}

/** Services of which a stage is asked. */
export function testedIn(config: Config, stage: StageName): readonly string[] {
  return config.services.flatMap(({ name, exempt }) => (exempt[stage] === undefined ? [name] : []));
}

/** One step per service; the engine runs those of one stage together. */
export function verifies(options: VerifyOptions): readonly VerifyStep[] {
  const { stage, services, environment, gated, phase, after, uses } = options;
  return services.map((service) => ({
    kind: 'verify',
    id: `verify ${stage} ${service}`,
    title: `${stage} ${service}`,
    phase,
    stage,
    service,
    environment,
    gated,
    needs: [...after, ...uses],
    uses,
  }));
}

/**
 * One step per provider, after the contract stage: it makes the results that the gates into these environments will ask
 * for.
 */
export function replays(
  config: Config,
  { environments, phase }: { readonly environments: readonly string[]; readonly phase: string },
): readonly ReplayStep[] {
  const services = testedIn(config, 'contract');
  const uses = usedBy(config, 'contract', null);
  return services.map((service) => ({
    kind: 'replay',
    id: `replay ${service}`,
    title: `contracts of ${service} with other versions`,
    phase,
    service,
    environments,
    needs: [...services.map((name) => `verify contract ${name}`), ...uses],
    uses,
  }));
}

/** Whether the contract stage is over when this gate is asked, so that contracts are asked about. */
export function knowsContracts(config: Config, gate: GateConfig): boolean {
  return config.gates
    .slice(0, config.gates.indexOf(gate) + 1)
    .some(({ requires }) => requires.includes('contract'));
}

/** Rolls what changed over what the gate's environment runs, in a replica of it. */
export function rehearsal(config: Config, gate: GateConfig): RehearseStep {
  const { from, to, requires } = gate;
  const services = config.services.map(({ name }) => name);
  const opened = [openPlatform('embedded'), ...opensForTests(config)].map(({ id }) => id);
  return {
    kind: 'rehearse',
    id: `rehearse ${to}`,
    title: `rehearse the rollout to ${to}`,
    phase: `gate ${from} → ${to}`,
    to,
    requires,
    needs: [
      ...requires.flatMap((stage) => testedIn(config, stage).map((name) => `verify ${stage} ${name}`)),
      ...(knowsContracts(config, gate) ? testedIn(config, 'contract').map((name) => `replay ${name}`) : []),
      ...services.map((name) => `deploy ${name} ${from}`),
      ...opened,
    ],
    uses: opened,
  };
}

/** Asks an environment the journeys that change nothing, once everything is deployed there. */
export function smoke(config: Config, environment: string): SmokeStep {
  return {
    kind: 'smoke',
    id: `smoke ${environment}`,
    title: `read-only journeys in ${environment}`,
    phase: environment,
    environment,
    needs: config.services.map(({ name }) => `deploy ${name} ${environment}`),
  };
}

/** One gate per service that wants to enter. */
export function gates(config: Config, gate: GateConfig): readonly GateStep[] {
  const together = config.services.map(({ name }) => name);
  const topology = topologyOf(config.services);
  return config.services.map((service) => ({
    kind: 'gate',
    id: `gate ${service.name} ${gate.to}`,
    title: `${service.name}: ${gate.from} → ${gate.to}`,
    phase: `gate ${gate.from} → ${gate.to}`,
    service: service.name,
    from: gate.from,
    to: gate.to,
    requires: gate.requires,
    neighbours: neighboursOf(service),
    dependsOn: [...dependenciesOf(service.name, topology)],
    rehearsal: true,
    together,
    needs: [
      definitionsId,
      `smoke ${gate.from}`,
      `rehearse ${gate.to}`,
      ...gate.requires.flatMap((stage) => testedIn(config, stage).map((name) => `verify ${stage} ${name}`)),
      ...(knowsContracts(config, gate) ? testedIn(config, 'contract').map((name) => `replay ${name}`) : []),
      `deploy ${service.name} ${gate.from}`,
      ...neighboursOf(service).map((neighbour) => `gate ${neighbour} ${gate.to}`),
    ],
  }));
}

export interface DeployOptions {
  readonly environment: string;
  /** The gate that leads there; absent: whatever was built may enter. */
  readonly entry?: GateConfig | undefined;
  readonly promotes: boolean;
  /** The plan is about having it deployed, not about knowing that it can be. */
  readonly wanted?: boolean;
  /** What is deployed on this platform, which the command holds, need not be deployed again. */
  readonly heldOn?: string;
}

/** One deployment per service, each after the services it calls. */
export function deploys(
  config: Config,
  { environment, entry, promotes, wanted = false, heldOn }: DeployOptions,
): readonly DeployStep[] {
  const platform = platformOf(config, environment);
  const opened = opensToDeploy(config, environment).map(({ id }) => id);
  return config.services.map((service) => {
    const neighbours = neighboursOf(service).map((neighbour) => `deploy ${neighbour} ${environment}`);
    const before = entry === undefined ? `build ${service.name}` : `gate ${service.name} ${environment}`;
    const locked = isLasting(config, platform) ? [`lock ${environment}`] : [];
    return {
      kind: 'deploy',
      id: `deploy ${service.name} ${environment}`,
      title: `deploy ${service.name} to ${environment}`,
      phase: environment,
      service: service.name,
      environment,
      neighbours: neighboursOf(service),
      gated: entry !== undefined,
      promotes,
      wanted,
      lasting: isLasting(config, platform),
      ...(heldOn === undefined ? {} : { heldOn }),
      needs: [before, ...locked, ...opened, ...neighbours],
      uses: [...opened, ...neighbours],
    };
  });
}

export function runsOnCluster(stage: StageName): boolean {
  return stage === 'functional' || stage === 'acceptance';
}

/** Ids of what a stage uses besides what is deployed. */
export function usedBy(config: Config, stage: StageName, environment: string | null): readonly string[] {
  if (stage === 'unit') return [];
  const wanted = environment === null ? opensForTests(config) : opens(config, [environment]);
  return wanted.map(({ id }) => id);
}
