import { build, opensForTests, replays, usedBy, verifies } from '../parts/steps.ts';
import { type PlanCommand, problems } from '../plan.ts';

/** Writes and replays the pacts of today, and of the versions in every environment; no gates, no cluster. */
export default {
  command: 'verify',
  summary: 'verify the pacts of today, and with the versions in every environment',
  arguments: [['[providers...]', 'whose contracts to verify with other versions (default: all)']],
  options: [['--fresh', 'do every step again, whatever was done before']],
  examples: ['stagegate contracts verify', 'stagegate contracts verify inventory'],
  plan(config, _state, { args: wanted }) {
    const services = config.services.map(({ name }) => name);
    const strangers = wanted.filter((name) => !services.includes(name));
    if (strangers.length > 0) {
      return problems(
        ...strangers.map((name) => `There is no service "${name}"; write one of ${services.join(', ')}.`),
      );
    }
    const environments = config.environments.map(({ name }) => name);
    const steps = [
      ...opensForTests(config),
      ...config.services.map(build),
      ...verifies({
        stage: 'contract',
        services,
        environment: null,
        gated: false,
        phase: 'contract',
        after: services.map((name) => `build ${name}`),
        uses: usedBy(config, 'contract', null),
      }),
      ...replays(config, { environments, phase: 'contract' }).filter(
        ({ service }) => wanted.length === 0 || wanted.includes(service),
      ),
    ];
    return {
      kind: 'plan',
      plan: { command: 'stage', target: 'contract', environments: [], services, steps },
    };
  },
} satisfies PlanCommand;
