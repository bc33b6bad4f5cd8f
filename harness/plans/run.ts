import type { Config, GateConfig } from '../config/index.ts';
import type { Step } from '../engine/index.ts';
import type { StageName } from '../model/index.ts';
import { locks } from './parts/lock.ts';
import {
  build,
  definitions,
  deploys,
  gates,
  opens,
  rehearsal,
  replays,
  runsOnCluster,
  smoke,
  testedIn,
  usedBy,
  verifies,
} from './parts/steps.ts';
import { type PlanCommand, type PlanRequest, unknownEnvironment } from './plan.ts';

/** Builds every service and takes it through every stage and gate, up to and into an environment. */
export default {
  command: 'run',
  summary: 'build, test, deploy and promote through every gate',
  options: [
    ['--to <environment>', 'stop in this environment (default: the last)'],
    ['--fresh', 'do every step again, whatever was done before'],
  ],
  examples: ['stagegate run', 'stagegate run --to staging --runtime process'],
  plan(config, _state, request) {
    const target = targetOf(config, request);
    const known = config.environments.map(({ name }) => name);
    const unknown = unknownEnvironment(config, target);
    if (unknown !== null) return unknown;
    const environments = known.slice(0, known.indexOf(target) + 1);
    const services = config.services.map(({ name }) => name);
    const steps = stepsThrough(config, environments);
    return { kind: 'plan', plan: { command: 'run', target, environments, services, steps } };
  },
} satisfies PlanCommand;

/** Where a run goes unless told otherwise: the last environment. */
function targetOf(config: Config, { options }: PlanRequest): string {
  return typeof options.to === 'string' ? options.to : (config.environments.at(-1)?.name ?? '');
}

function stepsThrough(config: Config, environments: readonly string[]): readonly Step[] {
  return [
    ...opens(config, environments, { rehearses: environments.length > 1 }),
    definitions(config),
    ...config.services.map(build),
    ...environments.flatMap((environment, position) => {
      const entry = config.gates.find((gate) => position > 0 && gate.to === environment);
      const exit = config.gates.find((gate) => gate.from === environment && environments.includes(gate.to));
      return [
        ...(entry === undefined ? [] : [rehearsal(config, entry), ...gates(config, entry)]),
        ...locks(config, environment, { command: 'run', after: entryOf(config, entry) }),
        ...deploys(config, { environment, entry, promotes: true }),
        smoke(config, environment),
        ...(exit === undefined
          ? []
          : newStages(config, exit).flatMap((stage) => [
              ...stageOf(config, stage, exit),
              ...(stage === 'contract'
                ? replays(config, { environments: laterThan(config, environment), phase: environment })
                : []),
            ])),
      ];
    }),
  ];
}

/** What decides who enters. */
function entryOf(config: Config, entry: GateConfig | undefined): readonly string[] {
  return entry === undefined ? [] : config.services.map(({ name }) => `gate ${name} ${entry.to}`);
}

/** Stages that no earlier gate has asked for; evidence about a digest is made once. */
function newStages(config: Config, gate: GateConfig): readonly StageName[] {
  const earlier = config.gates.slice(0, config.gates.indexOf(gate)).flatMap(({ requires }) => requires);
  return gate.requires.filter((stage) => !earlier.includes(stage));
}

function stageOf(config: Config, stage: StageName, gate: GateConfig): readonly Step[] {
  const services = config.services.map(({ name }) => name);
  const first = gate.from === config.environments[0]?.name;
  const environment = runsOnCluster(stage) ? gate.from : null;
  const deployed = stage === 'acceptance' ? services.map((name) => `deploy ${name} ${gate.from}`) : [];
  return verifies({
    stage,
    services: testedIn(config, stage),
    environment,
    gated: !first,
    phase: gate.from,
    // Functional tests deploy their subject themselves, so what lets a service into the environment is enough.
    after: services.map((name) => (first ? `build ${name}` : `gate ${name} ${gate.from}`)),
    uses: [...usedBy(config, stage, environment), ...deployed],
  });
}

/** Those after it, entered by this run or not: who promotes later finds the contracts verified. */
function laterThan({ environments }: Config, environment: string): readonly string[] {
  const names = environments.map(({ name }) => name);
  return names.slice(names.indexOf(environment) + 1);
}
