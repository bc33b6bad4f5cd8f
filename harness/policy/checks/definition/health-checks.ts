import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts, ServiceFacts } from './definition-facts.ts';

const fail = findingsOf('health-checks');

/** Without a health check Marathon replaces no broken task; without a readiness check it calls a task done that cannot serve yet. */
export function checkHealthChecks({ services }: DefinitionFacts): readonly Finding[] {
  return services.flatMap((service) => [...health(service), ...readiness(service)]);
}

function health({ name, folder, app }: ServiceFacts): readonly Finding[] {
  const key = `${folder}/marathon.json: healthChecks`;
  if (app.healthChecks.length === 0) {
    return [
      fail(name, 'it has no health check, so Marathon would keep a task that no longer answers', {
        key,
        // Of a worker nothing can be asked over the network.
        ...(app.containerPorts.length === 0 ? { advice: true } : {}),
      }),
    ];
  }
  // For checks that Mesos runs, 0 allowed failures means "kill at once", not "never kill" (Marathon counts the other way).
  return app.healthChecks
    .filter(
      ({ protocol, maxConsecutiveFailures }) => protocol.startsWith('MESOS_') && maxConsecutiveFailures === 0,
    )
    .map(() =>
      fail(name, 'its health check allows 0 failures, so Mesos kills a task at its first slow answer', {
        key: `${key}.maxConsecutiveFailures`,
        advice: true,
      }),
    );
}

function readiness({ name, folder, app }: ServiceFacts): readonly Finding[] {
  if (app.readinessChecks.length > 0) return [];
  return [
    fail(name, 'it has no readiness check, so a rollout goes on before the new task can serve', {
      key: `${folder}/marathon.json: readinessChecks`,
      advice: true,
    }),
  ];
}
