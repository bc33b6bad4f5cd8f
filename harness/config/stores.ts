import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StoreKind, StoreSpec } from '../model/index.ts';
import type { RuleProblem } from './rule-problem.ts';
import type { ConfigInput, StoreInput } from './schema.ts';
import { referencesIn } from './templates.ts';

export interface ReadStores {
  readonly stores: readonly StoreSpec[];
  readonly problems: readonly RuleProblem[];
}

/** Kinds whose parts are databases, so that each service has one; brokers and caches are where services meet. */
const ownPartEach: readonly StoreKind[] = ['postgres', 'mysql', 'mariadb', 'mongo'];
/** Kinds that are not divided: applications seldom choose a database of theirs, or there is nothing to choose. */
const ownServerEach: readonly StoreKind[] = ['redis', 'valkey', 'nats', 'image'];
const scriptable: readonly StoreKind[] = ['postgres', 'mysql', 'mariadb', 'redis', 'valkey'];

interface Surroundings {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The stores of a system: those written, and a PostgreSQL where a service asks for a database and none is written. */
export function readStores(input: ConfigInput, surroundings: Surroundings): ReadStores {
  const written = Object.entries(input.stores ?? {}).map(
    ([name, store]) => [name, typeof store === 'string' ? { kind: store } : store] as const,
  );
  const stores = written.map(([name, store]) => storeOf(name, store, surroundings, input));
  const problems = written.flatMap(([name, store]) => problemsOf(`stores.${name}`, store, surroundings));
  const wantsDatabase = Object.values(input.services).some(({ database }) => database !== undefined);
  const implied =
    wantsDatabase && !stores.some(({ kind }) => kind === 'postgres')
      ? [storeOf('postgres', { kind: 'postgres' }, surroundings, input)]
      : [];
  return { stores: [...stores, ...implied], problems };
}

type StoreObject = Exclude<StoreInput, string>;

function storeOf(
  name: string,
  written: StoreObject,
  { root, env }: Surroundings,
  input: ConfigInput,
): StoreSpec {
  const { kind, url } = written;
  return {
    name,
    kind,
    image: written.image ?? null,
    shared: written.shared ?? !ownPartEach.includes(kind),
    dedicated: written.dedicated ?? ownServerEach.includes(kind),
    open: (kind === 'redis' || kind === 'valkey') && !asksPassword(name, input),
    url: typeof url === 'object' ? (env[url.env] ?? null) : (url ?? null),
    port: written.port ?? null,
    env: written.env ?? {},
    command: written.command ?? null,
    wait: written.wait ?? 'port',
    init: (written.init ?? []).map((file) => resolve(root, file)),
    migrate: written.migrate ?? null,
    seed: written.seed ?? null,
  };
}

/** Whether every service that is told where a store is gets its password too, by itself or in the URL. */
function asksPassword(store: string, { services, environments }: ConfigInput): boolean {
  const everywhere = environments.map(({ env }) => env);
  const perService = Object.entries(services).map(([name, { env }]) => [
    env,
    ...everywhere,
    ...environments.map(({ services: overrides = {} }) => overrides[name]?.env),
  ]);
  const told = perService.map((settings) =>
    settings
      .flatMap((env = {}) => Object.values(env))
      .flatMap((value) => referencesIn(String(value)))
      .flatMap(({ name, field }) => (name === store ? [field] : [])),
  );
  return told
    .filter((fields) => fields.length > 0)
    .every((fields) => fields.includes('url') || fields.includes('password'));
}

function problemsOf(key: string, store: StoreObject, { root, env }: Surroundings): readonly RuleProblem[] {
  const { kind, url, init = [] } = store;
  return [
    ...(typeof url === 'object' && (env[url.env] ?? '') === ''
      ? [
          {
            key: `${key}.url`,
            wrong: `the environment variable ${url.env} is not set`,
            write: `${url.env}=<URL> before the command, or leave url out and let stagegate start a server`,
          },
        ]
      : []),
    ...(kind === 'image' && url === undefined ? missingOfImage(key, store) : []),
    ...init
      .filter((file) => !existsSync(resolve(root, file)))
      .map((file) => ({ key: `${key}.init`, wrong: `there is no file ${file}`, write: 'its path' })),
    ...(init.length > 0 && !scriptable.includes(kind)
      ? [
          {
            key: `${key}.init`,
            wrong: `scripts are not known for ${kind}`,
            write: 'seed, a command that is told the address in STORE_URL',
          },
        ]
      : []),
  ];
}

function missingOfImage(key: string, { image, port }: StoreObject): readonly RuleProblem[] {
  return [
    ...(image === undefined
      ? [{ key: `${key}.image`, wrong: 'missing', write: 'the image to run, such as "elasticsearch:8.15.0"' }]
      : []),
    ...(port === undefined
      ? [{ key: `${key}.port`, wrong: 'missing', write: 'the port that the image listens on' }]
      : []),
  ];
}
