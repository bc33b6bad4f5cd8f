import type { Config } from '../config/index.ts';
import type { Step } from '../engine/index.ts';
import { type StageName, stageNames } from '../model/index.ts';
import {
  build,
  deploys,
  isLasting,
  opens,
  platformOf,
  runsOnCluster,
  usedBy,
  verifies,
} from './parts/steps.ts';
import {
  type Plan,
  type PlanCommand,
  type Planned,
  type PlanRequest,
  problems,
  unknownEnvironment,
} from './plan.ts';

/** Quick enough to answer a save, where a gate requires them. */
const quickStages: readonly StageName[] = ['unit', 'integration', 'contract'];

/** Holds the deployed system, and on every save builds, rolls and tests what reads the changed files. */
export default {
  command: 'watch',
  summary: 'deploy the system, and on every save build, roll and test what changed',
  options: [
    ['--to <environment>', 'the environment to deploy into (default: the first)'],
    [
      '--stages <names>',
      'the stages to run, with commas between, or all (default: of unit, integration and contract those that a gate requires)',
    ],
  ],
  examples: ['stagegate watch', 'stagegate watch --stages unit,functional'],
  holds: true,
  plan(config, _state, request) {
    const target = targetOf(config, request);
    const unknown = unknownEnvironment(config, target) ?? unknownStage(request);
    if (unknown !== null) return unknown;
    if (isLasting(config, platformOf(config, target))) {
      return problems(
        `${target} is on a platform that outlives this command; name another environment with --to.`,
      );
    }
    const steps = [...opens(config, [target]), ...work(config, request, { wanted: true })];
    return { kind: 'plan', plan: planOf(config, target, steps) };
  },
  again(config, request, { id }) {
    return planOf(config, targetOf(config, request), work(config, request, { heldOn: id }));
  },
} satisfies PlanCommand;

function work(
  config: Config,
  request: PlanRequest,
  how: { readonly wanted?: boolean; readonly heldOn?: string },
): readonly Step[] {
  const environment = targetOf(config, request);
  const services = config.services.map(({ name }) => name);
  return [
    ...config.services.map(build),
    ...deploys(config, { environment, promotes: false, ...how }),
    ...stagesOf(config, request).flatMap((stage) => {
      const place = runsOnCluster(stage) ? environment : null;
      const deployed = stage === 'acceptance' ? services.map((name) => `deploy ${name} ${environment}`) : [];
      return verifies({
        stage,
        services,
        environment: place,
        gated: false,
        phase: environment,
        after: services.map((name) => `build ${name}`),
        uses: [...usedBy(config, stage, place), ...deployed],
      });
    }),
  ];
}

function planOf(config: Config, target: string, steps: readonly Step[]): Plan {
  const services = config.services.map(({ name }) => name);
  return { command: 'watch', target, environments: [target], services, steps };
}

function targetOf(config: Config, { options }: PlanRequest): string {
  return typeof options.to === 'string' ? options.to : (config.environments[0]?.name ?? '');
}

/** As they were typed. */
function namedStages({ options }: PlanRequest): readonly string[] {
  return typeof options.stages === 'string' ? options.stages.split(',').map((name) => name.trim()) : [];
}

function stagesOf({ gates }: Config, request: PlanRequest): readonly StageName[] {
  const named = namedStages(request);
  const required = gates.flatMap(({ requires }) => requires);
  if (named.length === 0) return quickStages.filter((stage) => required.includes(stage));
  return named.includes('all')
    ? stageNames.filter((stage) => required.includes(stage))
    : stageNames.filter((stage) => named.includes(stage));
}

function unknownStage(request: PlanRequest): Planned | null {
  const known: readonly string[] = [...stageNames, 'all'];
  const unknown = namedStages(request).find((name) => !known.includes(name));
  return unknown === undefined
    ? null
    : problems(`There is no stage "${unknown}"; write some of ${stageNames.join(', ')}, or all.`);
}
