import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { StoreKind } from '../model/index.ts';
import { roleOf } from './known-images.ts';
import { allowedName, type Proposal, type ProposedService, type ProposedStore } from './proposal.ts';
import { type ComposeFile, type ComposeService, parseDotenv } from './read-compose.ts';
import { type Hosts, type Reachable, translateLoose, translateSetting } from './translate-setting.ts';

type FromCompose = Pick<Proposal, 'services' | 'stores' | 'leftOut' | 'sources'>;

/** What a compose file describes: services that are built, ready images, stores; and what of it has no place here. */
export async function fromCompose(root: string, compose: ComposeFile): Promise<FromCompose> {
  const leftOut = [...compose.problems];
  const say = (service: string, what: string): void =>
    void leftOut.push(`${compose.file}: ${service}: ${what}`);
  const ours = compose.services.filter((service) => whyNotOurs(service) === null);
  // Of a file with nothing but tools, the tools are the system.
  const hasService = ours.some(
    ({ image, build }) => build !== null || roleOf(image ?? '').role === 'unknown',
  );
  const written = hasService
    ? ours
    : compose.services.filter(({ image, build }) => image !== null || build !== null);
  for (const service of compose.services) {
    if (written.includes(service)) continue;
    say(service.name, whyNotOurs(service) ?? '');
  }
  const hosts = hostsOf(written);
  const stores: ProposedStore[] = [];
  const services: ProposedService[] = [];
  for (const service of written) {
    for (const key of service.others) {
      if (key !== 'extends') say(service.name, `${key} is not carried over`);
    }
    const store = hosts.get(service.name);
    if (store?.is === 'store') stores.push(await storeOf(root, service, store, say));
    else services.push(await serviceOf({ root, compose, service, hosts, say }));
  }
  const names = new Set(services.map(({ name }) => name));
  const acyclic = withoutCircles(services, names, say);
  return {
    services: acyclic,
    stores: stores.map((store) => usedAs(store, acyclic)),
    leftOut,
    sources: [compose.file],
  };
}

/** Why a service of the file is none of the system; null when it is. */
function whyNotOurs({ image, build }: ComposeService): string | null {
  if (build !== null) return null;
  if (image === null) return 'has neither image nor build';
  const role = roleOf(image);
  return role.role === 'tool' ? `${image} is left out: ${role.what}` : null;
}

const loginVariables: Readonly<
  Partial<Record<StoreKind, readonly [user: RegExp, password: RegExp, database: RegExp]>>
> = {
  postgres: [/^POSTGRES(QL)?_USER(NAME)?$/, /^POSTGRES(QL)?_PASSWORD$/, /^POSTGRES(QL)?_(DB|DATABASE)$/],
  mysql: [/^M(YSQL|ARIADB)_USER$/, /^M(YSQL|ARIADB)_(ROOT_)?PASSWORD$/, /^M(YSQL|ARIADB)_DATABASE$/],
  mariadb: [/^M(YSQL|ARIADB)_USER$/, /^M(YSQL|ARIADB)_(ROOT_)?PASSWORD$/, /^M(YSQL|ARIADB)_DATABASE$/],
  mongo: [/USERNAME$/, /PASSWORD$/, /DATABASE$/],
  rabbitmq: [/USER$/, /PASS(WORD)?$/, /VHOST$/],
  minio: [/USER$|ACCESS_KEY$/, /PASSWORD$|SECRET_KEY$/, /^$/],
};

function hostsOf(services: readonly ComposeService[]): Hosts {
  const hosts = new Map<string, Reachable>();
  for (const { name, image, build, environment } of services) {
    const role = image === null || build !== null ? null : roleOf(image);
    const called = allowedName(name);
    if (role === null || role.role === 'unknown' || role.role === 'tool') {
      hosts.set(name, { is: 'service', name: called });
      continue;
    }
    const kind = role.role === 'store' ? role.kind : 'image';
    const [user, password, database] = loginVariables[kind] ?? [];
    const value = (pattern: RegExp | undefined): string | null =>
      Object.entries(environment).find(([key]) => pattern?.test(key))?.[1] ?? null;
    const login = { user: value(user), password: value(password), database: value(database) ?? value(user) };
    hosts.set(name, { is: 'store', name: called, kind, ...login });
  }
  return hosts;
}

async function storeOf(
  root: string,
  { name, image, volumes, environment, ports }: ComposeService,
  { kind }: Extract<Reachable, { is: 'store' }>,
  say: (service: string, what: string) => void,
): Promise<ProposedStore> {
  const init: string[] = [];
  for (const { source, target } of volumes) {
    if (!target.includes('docker-entrypoint-initdb.d')) {
      if (source.startsWith('.')) say(name, `volume ${source}:${target} is not carried over`);
      continue;
    }
    const scripts = await scriptsAt(root, source);
    if (kind === 'postgres' || kind === 'mysql' || kind === 'mariadb') {
      init.push(...scripts.filter((file) => file.endsWith('.sql')));
      for (const file of scripts.filter((one) => !one.endsWith('.sql')))
        say(name, `${file} is no SQL; write it as seed`);
    } else if (scripts.length > 0) say(name, `${source} is not run; write it as seed`);
  }
  const role = image === null ? null : roleOf(image);
  const isImage = kind === 'image';
  const known = role?.role === 'infrastructure' ? role.port : null;
  return {
    name: allowedName(name),
    kind,
    image: isImage ? image : null,
    port: isImage ? (ports[0] ?? known) : null,
    shared: null,
    dedicated: null,
    env: isImage ? withValues(environment) : {},
    init,
    because: [`${image ?? kind} in the compose file`],
  };
}

async function scriptsAt(root: string, source: string): Promise<readonly string[]> {
  const found = await stat(join(root, source)).catch(() => null);
  if (found === null) return [];
  if (found.isFile()) return [posix.normalize(source)];
  const names = await readdir(join(root, source));
  return names.sort().map((name) => posix.join(source, name));
}

async function serviceOf(input: {
  readonly root: string;
  readonly compose: ComposeFile;
  readonly service: ComposeService;
  readonly hosts: Hosts;
  readonly say: (service: string, what: string) => void;
}): Promise<ProposedService> {
  const { root, compose, service, hosts, say } = input;
  const { name, image, build, volumes, command, entrypoint, healthcheck } = service;
  const because = [
    build === null ? `${image} in ${compose.file}` : `built from ${build.context} in ${compose.file}`,
  ];
  for (const { source, target } of volumes) {
    if (/^[.~/]/.test(source))
      say(
        name,
        `volume ${source}:${target} is not carried over${build === null ? '' : ': the build has its own files'}`,
      );
    else if (source !== '') say(name, `volume ${source} is not carried over: what it keeps ends with a run`);
  }
  if (entrypoint !== null) say(name, `entrypoint is not carried over: ${entrypoint}`);
  const { env, openVariables, port: told } = await settingsOf(root, service, hosts, say);
  const port = service.ports[0] ?? told ?? null;
  const isAsked = compose.services.some(
    (other) =>
      other !== service &&
      (other.dependsOn.includes(name) ||
        Object.values(other.environment).some((value) => value !== null && mentions(value, name))),
  );
  const exposes = build !== null && (await exposesPort(join(root, build.context), build.dockerfile));
  const isWorker = port === null && !isAsked && !exposes && build !== null;
  if (isWorker) because.push('it publishes no port and nobody calls it, so it is a worker');
  if (port === null && !isWorker && !exposes)
    because.push('its port is not known: 8080 is assumed, and told to it in PORT');
  const path = build === null ? null : posix.normalize(build.context).replace(/\/$/, '');
  return {
    name: allowedName(name),
    kind: isWorker ? 'worker' : 'service',
    path: path === `services/${allowedName(name)}` ? null : path,
    image: build === null ? image : null,
    build: build === null ? null : buildOf(build, say, name),
    start: command === null ? null : withPort(command, port),
    port: isWorker ? null : port,
    ready: healthcheck === null ? null : pathIn(healthcheck),
    env,
    openVariables,
    suites: {},
    pactName: null,
    because,
  };
}

function mentions(value: string, host: string): boolean {
  return value.split(/[^\w.-]+/).includes(host);
}

async function exposesPort(context: string, dockerfile: string | null): Promise<boolean> {
  const text = await readFile(join(context, dockerfile ?? 'Dockerfile'), 'utf8').catch(() => '');
  return /^\s*EXPOSE\s+\d/im.test(text);
}

function buildOf(
  { dockerfile, target, args, context }: NonNullable<ComposeService['build']>,
  say: (service: string, what: string) => void,
  name: string,
): ProposedService['build'] {
  const isUsual = dockerfile === null || dockerfile === 'Dockerfile' || dockerfile === './Dockerfile';
  if (dockerfile?.startsWith('..') === true)
    say(name, `the Dockerfile ${dockerfile} is outside of ${context}`);
  const build = {
    ...(isUsual ? {} : { dockerfile }),
    ...(target === null ? {} : { target }),
    ...(Object.keys(args).length === 0 ? {} : { args }),
  };
  return Object.keys(build).length === 0 ? null : build;
}

/** Variables that stagegate gives a service itself. */
const given = new Set(['PORT']);

async function settingsOf(
  root: string,
  service: ComposeService,
  hosts: Hosts,
  say: (service: string, what: string) => void,
): Promise<{
  readonly env: Readonly<Record<string, string>>;
  readonly openVariables: readonly string[];
  readonly port?: number;
}> {
  const values = new Map<string, string | null>();
  for (const file of service.envFiles) {
    const text = await readFile(join(root, file), 'utf8').catch(() => null);
    if (text === null) say(service.name, `env_file ${file} is not there`);
    else for (const [key, value] of Object.entries(parseDotenv(text))) values.set(key, value);
  }
  for (const [key, value] of Object.entries(service.environment)) values.set(key, value);
  const named = [...values].filter(([key]) => /^[A-Za-z_]\w*$/.test(key));
  const own = new Map([...hosts].filter(([host]) => host !== service.name));
  const first = named.map(
    ([key, value]) => [key, value, value === null ? null : translateSetting(key, value, own)] as const,
  );
  for (const [key, value] of named) {
    if (value?.startsWith('/run/secrets/') === true)
      say(service.name, `${key} is a file of a compose secret; write secrets: { ${key}: { file: '…' } }`);
  }
  const used = [...own.values()].filter(({ name }) =>
    first.some(([, , translated]) => translated?.includes(`{${name}.`) === true),
  );
  const port = Number(values.get('PORT') ?? Number.NaN);
  return {
    env: Object.fromEntries(
      first.flatMap(([key, value, translated]) =>
        value === null || translated === null || given.has(key)
          ? []
          : [[key, translated === value ? (translateLoose(key, value, used) ?? value) : translated]],
      ),
    ),
    openVariables: first.filter(([, value]) => value === null).map(([key]) => key),
    ...(Number.isInteger(port) && port > 0 ? { port } : {}),
  };
}

/** A port written into a start command is the one it is told. */
function withPort(command: string, port: number | null): string {
  return port === null ? command : command.replaceAll(new RegExp(`(?<![\\d.])${port}(?!\\d)`, 'g'), '{port}');
}

/** `curl -f http://localhost:8080/health || exit 1` asks /health. */
function pathIn(healthcheck: string): string | null {
  return /https?:\/\/[^\s/'"]+(?<path>\/[^\s'"|;)]*)/.exec(healthcheck)?.groups?.path ?? null;
}

/** Services cannot wait for each other in a circle: the reference that would close one is left out. */
function withoutCircles(
  services: readonly ProposedService[],
  names: ReadonlySet<string>,
  say: (service: string, what: string) => void,
): readonly ProposedService[] {
  const calls = new Map<string, Set<string>>();
  const reaches = (from: string, to: string): boolean =>
    from === to || [...(calls.get(from) ?? [])].some((next) => reaches(next, to));
  return services.map((service) => {
    const env: Record<string, string> = {};
    for (const [variable, value] of Object.entries(service.env)) {
      const called = [...value.matchAll(/\{([a-z0-9-]+)\.\w+\}/g)].map(([, name = '']) => name);
      const closing = called.find((name) => names.has(name) && reaches(name, service.name));
      if (closing !== undefined) {
        say(
          service.name,
          `${variable} is left out: ${closing} calls ${service.name} too, and neither could start first`,
        );
        continue;
      }
      for (const name of called.filter((one) => names.has(one))) {
        calls.set(service.name, new Set([...(calls.get(service.name) ?? []), name]));
      }
      env[variable] = value;
    }
    return { ...service, env };
  });
}

/** How services use a store decides how it is divided. */
function usedAs(store: ProposedStore, services: readonly ProposedService[]): ProposedStore {
  const uses = services.map(({ env }) =>
    Object.values(env).filter((value) => value.includes(`{${store.name}.`)),
  );
  const users = uses.filter((values) => values.length > 0).length;
  const byHostAlone = users > 0 && !uses.flat().some((value) => /\.(url|database)\}/.test(value));
  const isDatabase = ['postgres', 'mysql', 'mariadb', 'mongo'].includes(store.kind);
  return {
    ...store,
    shared: isDatabase && users > 1 ? true : null,
    dedicated: byHostAlone && (store.kind === 'rabbitmq' || store.kind === 'mongo') ? true : null,
    because: [
      ...store.because,
      ...(users === 0 ? ['no setting names it: check what your services connect to'] : []),
      ...(isDatabase && users > 1 ? [`${users} services use one database`] : []),
    ],
  };
}

function withValues(environment: ComposeService['environment']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) =>
      value === null || !/^[A-Za-z_]\w*$/.test(key) ? [] : [[key, value]],
    ),
  );
}
