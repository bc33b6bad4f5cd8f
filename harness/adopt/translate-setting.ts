import type { StoreKind } from '../model/index.ts';

/** Something that others reach by a host name in a compose file. */
export type Reachable =
  | {
      readonly is: 'store';
      readonly name: string;
      readonly kind: StoreKind;
      /** As the compose file makes them up; null where it does not. */
      readonly user: string | null;
      readonly password: string | null;
      readonly database: string | null;
    }
  | { readonly is: 'service'; readonly name: string };

/** Host name → what answers there. */
export type Hosts = ReadonlyMap<string, Reachable>;

const url =
  /^(?<scheme>(?:jdbc:|r2dbc:)?[a-z][a-z0-9+.-]*):\/\/(?:[^@/\s]*@)?(?<host>[^:/?#,\s]+)(?::\d+)?(?<path>\/[^?#\s]*)?(?<query>\?\S*)?$/i;
const withPort = /^(?<host>[\w.-]+):\d+$/;
const addressVariable = /HOST|SERVER|ADDR|ENDPOINT|URL|URI|BROKER|BOOTSTRAP|NODE|SERVICE|UPSTREAM|BACKEND/i;

/** A setting's value with addresses of the compose network turned into templates; the value itself where there is none. */
export function translateSetting(variable: string, value: string, hosts: Hosts): string {
  const asUrl = url.exec(value)?.groups;
  const atUrl = hosts.get(asUrl?.host ?? '');
  if (asUrl !== undefined && atUrl !== undefined) {
    const { scheme = '', path = '', query = '' } = asUrl;
    return atUrl.is === 'store'
      ? storeUrl(scheme, path, query, atUrl)
      : serviceUrl(scheme, path, query, atUrl.name);
  }
  const parts = value.split(',').map((part) => hosts.get(withPort.exec(part.trim())?.groups?.host ?? ''));
  const [first] = parts;
  if (first !== undefined && parts.every((part) => part?.name === first.name)) {
    return `{${first.name}.host}:{${first.name}.port}`;
  }
  const alone = hosts.get(value);
  return alone !== undefined && addressVariable.test(variable) ? `{${alone.name}.host}` : value;
}

function storeUrl(
  scheme: string,
  path: string,
  query: string,
  { name, kind }: Extract<Reachable, { is: 'store' }>,
): string {
  const of = (field: string): string => `{${name}.${field}}`;
  const address = `${of('host')}:${of('port')}`;
  if (/^r?2?j?dbc:/i.test(scheme)) return `${scheme}://${address}/${of('database')}${query}`;
  switch (kind) {
    case 'postgres':
    case 'mysql':
    case 'mariadb':
      return `${scheme}://${of('user')}:${of('password')}@${address}/${of('database')}${query}`;
    case 'mongo':
    case 'rabbitmq':
    case 'nats':
      return of('url');
    case 'redis':
    case 'valkey':
      return path === '' || path === '/' || path === '/0' ? of('url') : `${scheme}://${address}${path}`;
    default:
      return `${scheme}://${address}${path}${query}`;
  }
}

function serviceUrl(scheme: string, path: string, query: string, name: string): string {
  const rest = `${path === '/' ? '' : path}${query}`;
  return scheme === 'http' ? `{${name}.url}${rest}` : `${scheme}://{${name}.host}:{${name}.port}${rest}`;
}

const usualPorts: Readonly<Partial<Record<StoreKind, string>>> = {
  postgres: '5432',
  mysql: '3306',
  mariadb: '3306',
  mongo: '27017',
  redis: '6379',
  valkey: '6379',
  rabbitmq: '5672',
  kafka: '9092',
  redpanda: '9092',
  nats: '4222',
  minio: '9000',
};

/**
 * What is about a store and carries no host name: its port, user, password and database, told by the value that the store
 * itself is given and by the variable's name. Null where it is none of these.
 */
export function translateLoose(variable: string, value: string, used: readonly Reachable[]): string | null {
  for (const store of used) {
    if (store.is !== 'store') continue;
    if (/PORT$/i.test(variable) && value === usualPorts[store.kind]) return `{${store.name}.port}`;
    if (/USER|LOGIN/i.test(variable) && value !== '' && value === (store.user ?? usualUser[store.kind])) {
      return `{${store.name}.user}`;
    }
    if (/PASS|PWD|SECRET/i.test(variable) && value !== '' && value === store.password)
      return `{${store.name}.password}`;
    if (/DB|DATABASE|SCHEMA|NAME/i.test(variable) && value !== '' && value === store.database) {
      return `{${store.name}.database}`;
    }
  }
  return null;
}

const usualUser: Readonly<Partial<Record<StoreKind, string>>> = {
  postgres: 'postgres',
  mysql: 'root',
  mariadb: 'root',
  rabbitmq: 'guest',
};
