import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageContext } from '../context.ts';

export interface SuiteAddresses {
  /** Service → where a test reaches it; only what runs in this stage. */
  readonly services: Readonly<Record<string, string>>;
  /** Neighbour → stub of its pact, in the functional stage. */
  readonly stubs: Readonly<Record<string, string>>;
}

/**
 * What a test runner of any language is told, as variables and as one JSON file (`STAGEGATE_CONTEXT`); README.md of this
 * folder lists them. The service's own settings go with them where tests can use them: addresses of stores are of this
 * machine's in the integration and contract stages alone.
 */
export async function suiteEnvironment(input: {
  readonly context: StageContext;
  /** Null for a suite of the whole system. */
  readonly service: string | null;
  readonly addresses: SuiteAddresses;
  /** Folder of this suite alone, below the run's own. */
  readonly folder: string;
  readonly results: string;
  readonly pacts: string;
}): Promise<Readonly<Record<string, string>>> {
  const { context, service, addresses, folder, results, pacts } = input;
  const { stage, runId, environment, tasksEnvironment, services } = context;
  const subject = service === null ? undefined : services[service];
  const file = join(folder, 'context.json');
  const told = {
    stage,
    runId,
    system: { services: mapValues(addresses.services, (url) => ({ url })) },
    ...(service === null ? {} : { service }),
    ...(subject === undefined
      ? {}
      : {
          version: subject.artifact.version,
          digest: subject.artifact.digest,
          runtime: subject.artifact.runtime,
        }),
    ...(environment === undefined ? {} : { environment: environment.name }),
    ...(Object.keys(addresses.stubs).length === 0
      ? {}
      : { stubs: mapValues(addresses.stubs, (url) => ({ url })) }),
    results,
    pacts,
  };
  await mkdir(folder, { recursive: true });
  await mkdir(pacts, { recursive: true });
  await writeFile(file, `${JSON.stringify(told, null, 2)}\n`);
  const own = stage === 'integration' || stage === 'contract' ? (subject?.settings ?? {}) : {};
  return {
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => !value.includes('{port}'))),
    ...tasksEnvironment,
    STAGEGATE_STAGE: stage,
    STAGEGATE_RUN: runId,
    STAGEGATE_CONTEXT: file,
    STAGEGATE_RESULTS: results,
    STAGEGATE_PACTS: pacts,
    ...(service === null ? {} : { STAGEGATE_SERVICE: service }),
    ...(subject === undefined
      ? {}
      : { STAGEGATE_VERSION: subject.artifact.version, STAGEGATE_DIGEST: subject.artifact.digest }),
    ...(environment === undefined ? {} : { STAGEGATE_ENVIRONMENT: environment.name }),
    ...named('STAGEGATE_URL', addresses.services),
    ...named('STAGEGATE_STUB', addresses.stubs),
  };
}

/** `orders-api` → `STAGEGATE_URL_ORDERS_API` */
function named(prefix: string, urls: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [`${prefix}_${name.toUpperCase().replaceAll('-', '_')}`, url]),
  );
}

function mapValues<T>(
  record: Readonly<Record<string, string>>,
  change: (value: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
