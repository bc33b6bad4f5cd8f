import type { Config } from '../../config/index.ts';
import { counted, type RunRecord, type StageName } from '../../model/index.ts';

/** What nothing tried, in sentences: stages that no gate asks for or that did not run, skipped tests, the other runtime. Pure. */
export function untestedIn(record: RunRecord, config: Config): readonly string[] {
  if (!config.environments.some(({ name }) => name === record.target)) return [];
  const end = config.environments.findIndex(({ name }) => name === record.target);
  const way = new Set(config.environments.slice(0, end + 1).map(({ name }) => name));
  const required = new Set(
    config.gates.filter(({ to }) => way.has(to)).flatMap(({ requires }) => [...requires]),
  );
  return [...missingResults(record, required), ...skippedTests(record), ...runtimeNote(record)];
}

function missingResults(record: RunRecord, required: ReadonlySet<StageName>): readonly string[] {
  return [...required].flatMap((stage) => {
    const without = record.services
      .map(({ name }) => name)
      .filter((service) => {
        const result = record.stages.find((one) => one.stage === stage && one.service === service);
        return (
          result === undefined ||
          result.status === 'skipped' ||
          result.tests.passed + result.tests.failed === 0
        );
      });
    if (without.length === 0) return [];
    const who = without.length === record.services.length ? 'any service' : without.join(', ');
    return [`${stage} has no result for ${who}`];
  });
}

function skippedTests({ stages }: RunRecord): readonly string[] {
  return stages
    .filter(({ tests, status }) => tests.skipped > 0 && status !== 'skipped')
    .map(
      ({ stage, service, tests }) => `${counted(tests.skipped, 'test')} of ${stage} for ${service} skipped`,
    );
}

function runtimeNote({ runtime, services }: RunRecord): readonly string[] {
  if (runtime === 'docker' || services.length === 0) return [];
  return ['no image was built or started: the services ran as processes'];
}
