import { locks } from './parts/lock.ts';
import { build, deploys, opens } from './parts/steps.ts';
import { type PlanCommand, unknownEnvironment } from './plan.ts';

/** Deploys the system into an environment, without stages or gates, to try it by hand. */
export default {
  command: 'up',
  summary: 'deploy the system on a cluster and hold it, to try it by hand',
  options: [['--to <environment>', 'the environment to deploy into (default: the first)']],
  examples: ['stagegate up', 'stagegate up --runtime docker'],
  holds: true,
  plan(config, _state, { options }) {
    const known = config.environments.map(({ name }) => name);
    const target = typeof options.to === 'string' ? options.to : (known[0] ?? '');
    const unknown = unknownEnvironment(config, target);
    if (unknown !== null) return unknown;
    const steps = [
      ...opens(config, [target]),
      ...config.services.map(build),
      ...locks(config, target, { command: 'up', after: [] }),
      ...deploys(config, { environment: target, entry: undefined, promotes: false, wanted: true }),
    ];
    const services = config.services.map(({ name }) => name);
    return { kind: 'plan', plan: { command: 'up', target, environments: [target], services, steps } };
  },
} satisfies PlanCommand;
