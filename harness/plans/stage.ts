import type { Config } from '../config/index.ts';
import { type StageName, stageNames } from '../model/index.ts';
import { locks } from './parts/lock.ts';
import {
  build,
  deploys,
  opens,
  opensForTests,
  runsOnCluster,
  testedIn,
  usedBy,
  verifies,
} from './parts/steps.ts';
import { type PlanCommand, problems } from './plan.ts';

/** Runs one stage alone, without gates. */
export default {
  command: 'stage',
  summary: 'one stage alone, without gates',
  arguments: [
    ['<name>', stageNames.join(', ')],
    ['[services...]', 'whose suites to run (default: all)'],
  ],
  options: [['--fresh', 'do every step again, whatever was done before']],
  examples: ['stagegate stage unit', 'stagegate stage contract orders payments'],
  plan(config, _state, { args: [name = '', ...wanted] }) {
    const all = config.services.map((service) => service.name);
    const wrong = [
      ...(isStage(name) ? [] : [`There is no stage "${name}"; write one of ${stageNames.join(', ')}.`]),
      ...wanted
        .filter((service) => !all.includes(service))
        .map((service) => `There is no service "${service}"; write one of ${all.join(', ')}.`),
    ];
    if (wrong.length > 0 || !isStage(name)) return problems(...wrong);
    const services = wanted.length > 0 ? wanted : testedIn(config, name);
    return {
      kind: 'plan',
      plan: {
        command: 'stage',
        target: name,
        environments: name === 'acceptance' ? [environmentOfStage(config, name)] : [],
        services: name === 'acceptance' ? all : services,
        steps: stepsOf(config, name, services),
      },
    };
  },
} satisfies PlanCommand;

function isStage(name: string): name is StageName {
  return (stageNames as readonly string[]).includes(name);
}

function stepsOf(config: Config, stage: StageName, services: readonly string[]) {
  const environment = runsOnCluster(stage) ? environmentOfStage(config, stage) : null;
  const whole = stage === 'acceptance' && environment !== null;
  const subjects = config.services.filter(({ name }) => whole || services.includes(name));
  const deployed = whole ? deploys(config, { environment, entry: undefined, promotes: false }) : [];
  const opened =
    environment === null ? (stage === 'unit' ? [] : opensForTests(config)) : opens(config, [environment]);
  return [
    ...opened,
    ...subjects.map(build),
    ...(whole ? locks(config, environment, { command: 'stage acceptance', after: [] }) : []),
    ...deployed,
    ...verifies({
      stage,
      services,
      environment,
      gated: false,
      phase: stage,
      after: subjects.map(({ name }) => `build ${name}`),
      uses: [...usedBy(config, stage, environment), ...deployed.map(({ id }) => id)],
    }),
  ];
}

/** The environment whose exit asks for the stage; the last one when no gate does. */
function environmentOfStage(config: Config, stage: StageName): string {
  const gate = config.gates.find(({ requires }) => requires.includes(stage));
  return gate?.from ?? config.environments.at(-1)?.name ?? '';
}
