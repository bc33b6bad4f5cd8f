import {
  type EnvironmentConfig,
  fillIn,
  type Reference,
  readSecret,
  referencesIn,
  type ServiceConfig,
} from '../config/index.ts';
import type { StoreFields } from '../platforms/index.ts';

/** Where templates find what they name, for one service in one environment. */
export interface Addresses {
  /** Stable address of a service. */
  service(name: string): Promise<string>;
  /** Outside system → address. */
  readonly externals: Readonly<Record<string, string>>;
  /** Null when there is no such store. */
  store(name: string): Promise<StoreFields | null>;
}

export interface Whereabouts {
  readonly environment: EnvironmentConfig;
  readonly addresses: Addresses;
  /** Project root, for secrets in files. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told of every secret that is read. */
  readonly onSecret: (secret: string) => void;
}

/**
 * The variables of a service in an environment: its own, then the environment's, then what it has differently there.
 * Every template is filled in but `{port}`, which only the runtime knows, and every secret is read.
 * @throws `SG_SECRET_MISSING`, `SG_STORE_FAILED`
 */
export async function settingsOf(
  service: ServiceConfig,
  place: Whereabouts,
): Promise<Readonly<Record<string, string>>> {
  const { environment, addresses } = place;
  const own = environment.overrides[service.name];
  const written = { ...service.env, ...environment.env, ...own?.env };
  const secrets = await readSecrets(
    { ...service.secrets, ...environment.secrets, ...own?.secrets },
    service.name,
    place,
  );
  const filled: Record<string, string> = {
    ...(await addressesOf(service.neighbours, addresses.service)),
    ...(await addressesOf(service.externals, async (name) => given(addresses.externals[name], name))),
  };
  for (const [variable, text] of Object.entries(written)) {
    const values = new Map<string, string>();
    for (const reference of referencesIn(text)) {
      values.set(reference.text, await valueIn(reference, place));
    }
    filled[variable] = fillIn(text, ({ text: name }) => values.get(name) ?? `{${name}}`);
  }
  return { ...filled, ...secrets };
}

async function valueIn({ text, name, field }: Reference, place: Whereabouts): Promise<string> {
  const { addresses, environment } = place;
  if (name === null) return field === 'environment' ? environment.name : `{${text}}`;
  const store = await addresses.store(name);
  if (store !== null) return store[field as keyof StoreFields];
  const url = addresses.externals[name] ?? (await addresses.service(name));
  return fieldOf(new URL(url), field);
}

function fieldOf(url: URL, field: string): string {
  if (field === 'host') return url.hostname;
  if (field === 'port') return url.port || (url.protocol === 'https:' ? '443' : '80');
  return url.href.replace(/\/$/, '');
}

async function addressesOf(
  wanted: Readonly<Record<string, string>>,
  addressOf: (name: string) => Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    await Promise.all(
      Object.entries(wanted).map(async ([variable, name]) => [variable, await addressOf(name)] as const),
    ),
  );
}

async function readSecrets(
  sources: ServiceConfig['secrets'],
  service: string,
  { root, env, onSecret }: Whereabouts,
): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    await Promise.all(
      Object.entries(sources).map(async ([variable, source]) => {
        const value = await readSecret(source, { root, env, key: `${service}: secret ${variable}` });
        onSecret(value);
        return [variable, value] as const;
      }),
    ),
  );
}

function given(address: string | undefined, what: string): string {
  if (address === undefined) throw new Error(`No address was given for ${what}.`);
  return address;
}
