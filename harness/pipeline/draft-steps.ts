import type { Config, GateConfig, ServiceConfig } from '../config/index.ts';
import type { StageName } from '../model/index.ts';
import type { Draft, RunRequest, Surrounding } from './plan.ts';

/** The steps a request asks for, each after those it needs. Pure. */
export function draftSteps(
  config: Config,
  request: RunRequest,
  environments: readonly string[],
): readonly Draft[] {
  switch (request.kind) {
    case 'run':
      return [
        ...starts(config, ['cluster', 'store', 'externals']),
        ...config.services.map(build),
        ...environments.flatMap((environment, position) => {
          const entry = config.gates.find((gate) => position > 0 && gate.to === environment);
          const exit = config.gates.find(
            (gate) => gate.from === environment && environments.includes(gate.to),
          );
          return [
            ...(entry === undefined ? [] : gates(config, entry)),
            ...deploys(config, environment, entry),
            ...(exit === undefined
              ? []
              : newStages(config, exit).map((stage) => stageOfRun(config, stage, exit))),
          ];
        }),
      ];
    case 'up':
      return [
        ...starts(config, ['cluster', 'store', 'externals']),
        ...config.services.map(build),
        ...deploys(config, request.to, undefined),
      ];
    case 'stage':
      return draftSingleStage(config, request.stage, request.services);
  }
}

function draftSingleStage(config: Config, stage: StageName, wanted: readonly string[]): readonly Draft[] {
  const all = config.services.map(({ name }) => name);
  const services = wanted.length > 0 ? wanted : all;
  const subjects = stage === 'acceptance' ? all : services;
  const environment = runsOnCluster(stage) ? environmentOfStage(config, stage) : null;
  const surroundings: readonly Surrounding[] = runsOnCluster(stage)
    ? ['cluster', 'store', 'externals']
    : needsStore(stage)
      ? ['store', 'externals']
      : [];
  const deployed =
    stage === 'acceptance' && environment !== null ? deploys(config, environment, undefined) : [];
  const started = starts(config, surroundings);
  return [
    ...started,
    ...config.services.filter(({ name }) => subjects.includes(name)).map(build),
    ...deployed,
    {
      kind: 'stage',
      id: `stage ${stage}`,
      title: stage,
      phase: stage,
      stage,
      services,
      environment,
      needs: [
        ...started.map(({ id }) => id),
        ...subjects.map((service) => `build ${service}`),
        ...deployed.map(({ id }) => id),
      ],
    },
  ];
}

function starts(config: Config, wanted: readonly Surrounding[]): readonly Draft[] {
  const titles = { cluster: 'Mesos and Marathon', store: 'PostgreSQL', externals: 'outside systems' };
  const used = {
    cluster: true,
    store: config.services.some(({ database }) => database !== null),
    externals: config.externals.length > 0,
  };
  return wanted
    .filter((what) => used[what])
    .map((what) => ({
      kind: 'start',
      id: `start ${what}`,
      title: titles[what],
      phase: 'prepare',
      what,
      needs: [],
    }));
}

function build({ name }: ServiceConfig): Draft {
  return {
    kind: 'build',
    id: `build ${name}`,
    title: `build ${name}`,
    phase: 'build',
    service: name,
    needs: [],
  };
}

/** Stages that no earlier gate has asked for; evidence about a digest is made once. */
function newStages(config: Config, gate: GateConfig): readonly StageName[] {
  const earlier = config.gates.slice(0, config.gates.indexOf(gate)).flatMap(({ requires }) => requires);
  return gate.requires.filter((stage) => !earlier.includes(stage));
}

function stageOfRun(config: Config, stage: StageName, gate: GateConfig): Draft {
  const names = config.services.map(({ name }) => name);
  const first = gate.from === config.environments[0]?.name;
  // Functional tests deploy their subject themselves, so what lets a service into the environment is enough.
  const entered = first
    ? names.map((name) => `build ${name}`)
    : names.map((name) => `gate ${name} ${gate.from}`);
  const standing = stage === 'acceptance' ? names.map((name) => `deploy ${name} ${gate.from}`) : [];
  const surroundings: readonly Surrounding[] = runsOnCluster(stage)
    ? ['cluster', 'store', 'externals']
    : needsStore(stage)
      ? ['store', 'externals']
      : [];
  return {
    kind: 'stage',
    id: `stage ${stage}`,
    title: stage,
    phase: gate.from,
    stage,
    services: names,
    environment: runsOnCluster(stage) ? gate.from : null,
    needs: [...starts(config, surroundings).map(({ id }) => id), ...entered, ...standing],
  };
}

function gates(config: Config, gate: GateConfig): readonly Draft[] {
  return config.services.map(({ name, neighbours }) => ({
    kind: 'gate',
    id: `gate ${name} ${gate.to}`,
    title: `${name}: ${gate.from} → ${gate.to}`,
    phase: `gate ${gate.from} → ${gate.to}`,
    service: name,
    from: gate.from,
    to: gate.to,
    requires: gate.requires,
    neighbours: namesOf(neighbours),
    needs: [
      ...gate.requires.map((stage) => `stage ${stage}`),
      `deploy ${name} ${gate.from}`,
      ...namesOf(neighbours).map((neighbour) => `gate ${neighbour} ${gate.to}`),
    ],
  }));
}

function deploys(config: Config, environment: string, entry: GateConfig | undefined): readonly Draft[] {
  const surroundings = starts(config, ['cluster', 'store', 'externals']).map(({ id }) => id);
  return config.services.map(({ name, neighbours }) => ({
    kind: 'deploy',
    id: `deploy ${name} ${environment}`,
    title: `deploy ${name} to ${environment}`,
    phase: environment,
    service: name,
    environment,
    neighbours: namesOf(neighbours),
    gated: entry !== undefined,
    needs: [
      ...(entry === undefined ? [...surroundings, `build ${name}`] : [`gate ${name} ${environment}`]),
      ...namesOf(neighbours).map((neighbour) => `deploy ${neighbour} ${environment}`),
    ],
  }));
}

function namesOf(neighbours: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set(Object.values(neighbours))];
}

function runsOnCluster(stage: StageName): boolean {
  return stage === 'functional' || stage === 'acceptance';
}

function needsStore(stage: StageName): boolean {
  return stage !== 'unit';
}

/** The environment whose exit asks for the stage; the last one when no gate does. */
export function environmentOfStage(config: Config, stage: StageName): string {
  const gate = config.gates.find(({ requires }) => requires.includes(stage));
  return gate?.from ?? config.environments.at(-1)?.name ?? '';
}
