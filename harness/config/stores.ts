import type { StoreSpec } from '../model/index.ts';
import type { RuleProblem } from './rule-problem.ts';
import type { ConfigInput } from './schema.ts';

/** The store behind `database` where no PostgreSQL is declared. */
const implied: StoreSpec = { name: 'postgres', kind: 'postgres', image: null, shared: false, url: null };

export interface ReadStores {
  readonly stores: readonly StoreSpec[];
  readonly problems: readonly RuleProblem[];
}

/** The stores of a system: those written, and a PostgreSQL where a service asks for a database and none is written. */
export function readStores(input: ConfigInput, env: NodeJS.ProcessEnv): ReadStores {
  const stores: StoreSpec[] = [];
  const problems: RuleProblem[] = [];
  for (const [name, written] of Object.entries(input.stores ?? {})) {
    const {
      kind,
      image = null,
      shared = false,
      url,
    } = typeof written === 'string' ? { kind: written } : written;
    if (typeof url === 'object' && (env[url.env] ?? '') === '') {
      problems.push({
        key: `stores.${name}.url`,
        wrong: `the environment variable ${url.env} is not set`,
        write: `${url.env}=<URL> before the command, or leave url out and let stagegate start a server`,
      });
    }
    const address = typeof url === 'object' ? (env[url.env] ?? null) : (url ?? null);
    stores.push({ name, kind, image, shared, url: address });
  }
  const wantsDatabase = Object.values(input.services).some(({ database }) => database !== undefined);
  return { stores: wantsDatabase && stores.length === 0 ? [implied] : stores, problems };
}
