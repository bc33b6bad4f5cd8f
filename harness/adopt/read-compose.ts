import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { interpolate } from './interpolate.ts';

/** A compose file as far as `init` looks at it; every member as compose's long form says it. */
export interface ComposeFile {
  readonly file: string;
  readonly services: readonly ComposeService[];
  /** What is wrong with the file, or not read in it. */
  readonly problems: readonly string[];
}

export interface ComposeService {
  readonly name: string;
  readonly image: string | null;
  readonly build: ComposeBuild | null;
  /** Ports inside the container, published ones first. */
  readonly ports: readonly number[];
  /** Variable → value; null where the surroundings give it. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly envFiles: readonly string[];
  readonly command: string | null;
  readonly entrypoint: string | null;
  readonly volumes: readonly { readonly source: string; readonly target: string }[];
  readonly dependsOn: readonly string[];
  /** Command of the health check, as one text. */
  readonly healthcheck: string | null;
  /** Other keys that are written. */
  readonly others: readonly string[];
}

export interface ComposeBuild {
  readonly context: string;
  readonly dockerfile: string | null;
  readonly target: string | null;
  readonly args: Readonly<Record<string, string>>;
}

/** By the order in which compose itself looks for them. */
const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The project's compose file; null where there is none. */
export async function findCompose(root: string, env: NodeJS.ProcessEnv): Promise<ComposeFile | null> {
  for (const name of names) {
    const text = await readFile(join(root, name), 'utf8').catch(() => null);
    if (text === null) continue;
    const dotenv = await readFile(join(root, '.env'), 'utf8').catch(() => '');
    return readCompose(name, text, { ...parseDotenv(dotenv), ...env });
  }
  return null;
}

const readKeys = new Set([
  'image',
  'build',
  'ports',
  'expose',
  'environment',
  'env_file',
  'command',
  'entrypoint',
  'volumes',
  'depends_on',
  'healthcheck',
  // Nothing that could be carried over, and nothing that is missed.
  'container_name',
  'restart',
  'networks',
  'links',
  'hostname',
  'stdin_open',
  'tty',
  'logging',
  'labels',
  'init',
  'platform',
  'pull_policy',
  'stop_grace_period',
  'develop',
]);

export function readCompose(file: string, text: string, env: NodeJS.ProcessEnv): ComposeFile {
  const document = parseDocument(text, { merge: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined)
    return { file, services: [], problems: [`${file}: not read: ${error.message.split('\n')[0]}`] };
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 1000 });
  } catch (problem) {
    return {
      file,
      services: [],
      problems: [`${file}: not read: ${problem instanceof Error ? problem.message : problem}`],
    };
  }
  const top = record(content);
  // The first form of compose files had its services at the top.
  const written = top.services === undefined && top.version === undefined ? top : record(top.services);
  const services = Object.entries(written).flatMap(([name, value]) =>
    name.startsWith('x-') || typeof value !== 'object' || value === null
      ? []
      : [serviceOf(name, record(value), env)],
  );
  const problems = [
    ...(top.include === undefined ? [] : [`${file}: include: the files it names are not read`]),
    ...services.flatMap(({ name, others }) =>
      others.includes('extends') ? [`${file}: ${name}: extends: what it extends is not read`] : [],
    ),
    ...(services.length === 0 ? [`${file}: holds no service`] : []),
  ];
  return { file, services, problems };
}

function serviceOf(
  name: string,
  written: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): ComposeService {
  const text = (value: unknown): string => interpolate(String(value), env) ?? '';
  return {
    name,
    image: written.image == null ? null : text(written.image),
    build: buildOf(written.build, text),
    ports: [...portsOf(written.ports, text), ...portsOf(written.expose, text)],
    environment: environmentOf(written.environment, env),
    envFiles: listOf(written.env_file).map((one) => text(record(one).path ?? one)),
    command: commandOf(written.command, text),
    entrypoint: commandOf(written.entrypoint, text),
    volumes: listOf(written.volumes).map((volume) => volumeOf(volume, text)),
    dependsOn: Array.isArray(written.depends_on)
      ? written.depends_on.map(String)
      : Object.keys(record(written.depends_on)),
    healthcheck: commandOf(record(written.healthcheck).test, text),
    others: Object.keys(written).filter((key) => !readKeys.has(key) && !key.startsWith('x-')),
  };
}

function buildOf(written: unknown, text: (value: unknown) => string): ComposeBuild | null {
  if (written == null) return null;
  if (typeof written === 'string')
    return { context: text(written), dockerfile: null, target: null, args: {} };
  const { context = '.', dockerfile, target, args } = record(written);
  const given = Array.isArray(args)
    ? Object.fromEntries(args.map((one) => String(one).split(/=(.*)/s).slice(0, 2)))
    : record(args);
  return {
    context: text(context),
    dockerfile: dockerfile === undefined ? null : text(dockerfile),
    target: target === undefined ? null : text(target),
    args: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, text(value ?? '')])),
  };
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`, `{ target: 80 }`, `3000-3005`: the container's side. */
function portsOf(written: unknown, text: (value: unknown) => string): readonly number[] {
  return listOf(written).flatMap((one) => {
    const target = record(one).target ?? one;
    const last = text(target).split('/')[0]?.split(':').at(-1)?.split('-')[0] ?? '';
    const port = Number(last);
    return Number.isInteger(port) && port > 0 && port <= 65_535 ? [port] : [];
  });
}

function environmentOf(written: unknown, env: NodeJS.ProcessEnv): Readonly<Record<string, string | null>> {
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(written)
    ? written.map((one) => {
        const [name = '', value] = String(one).split(/=(.*)/s);
        return [name, value ?? null] as const;
      })
    : Object.entries(record(written));
  return Object.fromEntries(
    entries.map(([name, value]) => [name.trim(), value === null ? null : interpolate(String(value), env)]),
  );
}

/** A list is one word each; words with spaces in them are quoted. */
function commandOf(written: unknown, text: (value: unknown) => string): string | null {
  if (written == null || written === '') return null;
  if (!Array.isArray(written)) return text(written).trim();
  const words = written
    .map(text)
    .filter((word, index) => index > 0 || !['CMD', 'CMD-SHELL', 'NONE'].includes(word));
  return words.length === 0
    ? null
    : words
        .map((word) =>
          /^[\w@%+=:,./$~-]+$/.test(word) || words.length === 1 ? word : `'${word.replaceAll("'", `'\\''`)}'`,
        )
        .join(' ');
}

function volumeOf(written: unknown, text: (value: unknown) => string): ComposeService['volumes'][number] {
  if (typeof written === 'object' && written !== null) {
    const { source = '', target = '' } = record(written);
    return { source: text(source), target: text(target) };
  }
  const [source = '', target] = text(written).split(':');
  return target === undefined ? { source: '', target: source } : { source, target };
}

/** `KEY=value` a line, as compose reads `.env`. */
export function parseDotenv(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (name === undefined || value === undefined) return [];
      const quoted = /^(["'])(.*)\1$/.exec(value);
      return [[name, quoted?.[2] ?? value.replace(/\s+#.*$/, '')]];
    }),
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return value == null ? [] : Array.isArray(value) ? value : [value];
}
