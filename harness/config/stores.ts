import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { type StoreSpec, storeKinds } from '../model/index.ts';
import type { RuleProblem } from './rules.ts';
import type { ConfigInput, StoreInput } from './schema.ts';

type WrittenStore = Exclude<StoreInput, string>;

/** Name of the store behind `database` where no PostgreSQL is declared. */
const impliedName = 'postgres';

export interface ReadStores {
  readonly stores: readonly StoreSpec[];
  readonly problems: readonly RuleProblem[];
}

/** The stores of a system: those written, and a PostgreSQL where a service asks for a database and none is written. */
export function readStores(root: string, input: ConfigInput, env: NodeJS.ProcessEnv): ReadStores {
  const stores: StoreSpec[] = [];
  const problems: RuleProblem[] = [];
  for (const [name, written] of Object.entries(input.stores ?? {})) {
    const options = objectOf(name, written);
    const init = initFiles(root, name, options);
    problems.push(...init.problems, ...storeProblems(name, options, env));
    stores.push({
      name,
      kind: options.kind ?? 'image',
      image: options.image ?? null,
      port: options.port ?? null,
      command: options.command ?? null,
      env: options.env ?? {},
      ready: options.ready ?? null,
      shared: options.shared ?? false,
      url: typeof options.url === 'object' ? (env[options.url.env] ?? null) : (options.url ?? null),
      init: init.files,
      migrate: options.migrate ?? null,
      seed: options.seed ?? null,
    });
  }
  const wantsDatabase = Object.values(input.services).some(({ database }) => database !== undefined);
  if (wantsDatabase && !stores.some(({ kind }) => kind === 'postgres')) stores.push(implied());
  return { stores, problems };
}

function implied(): StoreSpec {
  return {
    name: impliedName,
    kind: 'postgres',
    image: null,
    port: null,
    command: null,
    env: {},
    ready: null,
    shared: false,
    url: null,
    init: [],
    migrate: null,
    seed: null,
  };
}

function objectOf(name: string, written: StoreInput): WrittenStore {
  if (typeof written === 'string') return { kind: written };
  // A store named like its kind needs no other word for it.
  const named = storeKinds.find((kind) => kind === name && kind !== 'image');
  return written.kind === undefined && written.image === undefined && named !== undefined
    ? { ...written, kind: named }
    : written;
}

function storeProblems(
  name: string,
  { kind = 'image', image, port, url }: WrittenStore,
  env: NodeJS.ProcessEnv,
): readonly RuleProblem[] {
  const key = `stores.${name}`;
  const problems: RuleProblem[] = [];
  if (kind === 'image' && image === undefined && url === undefined) {
    problems.push({
      key,
      wrong: 'neither kind nor image is there',
      write: `kind: one of ${storeKinds.filter((each) => each !== 'image').join(', ')}; or image and port`,
    });
  }
  if (kind === 'image' && image !== undefined && port === undefined) {
    problems.push({ key: `${key}.port`, wrong: 'missing', write: `the port that ${image} listens on` });
  }
  if (typeof url === 'object' && (env[url.env] ?? '') === '') {
    problems.push({
      key: `${key}.url`,
      wrong: `the environment variable ${url.env} is not set`,
      write: `${url.env}=<URL> before the command, or leave url out and let stagegate start a server`,
    });
  }
  return problems;
}

function initFiles(
  root: string,
  name: string,
  { init = [] }: WrittenStore,
): { readonly files: readonly string[]; readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const files = [init].flat().flatMap((pattern) => {
    const found = globSync(pattern, { cwd: root }).sort();
    if (found.length === 0) {
      problems.push({
        key: `stores.${name}.init`,
        wrong: `no file matches ${pattern}`,
        write: 'a path relative to the configuration file',
      });
    }
    return found.map((file) => resolve(root, file));
  });
  return { files, problems };
}
