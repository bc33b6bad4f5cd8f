import { basename, dirname, relative, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type ErrorCode, StagegateError, type StoreSpec } from '../model/index.ts';
import { messageOf, stackOf } from '../plumbing/thrown.ts';
import {
  type Config,
  type ConfigProblem,
  describeProblem,
  type EnvironmentConfig,
  type ServiceConfig,
} from './config.ts';
import { checkPactFiles } from './pact-files.ts';
import { isFile } from './project-files.ts';
import { readGate } from './read-gate.ts';
import { readService } from './read-service.ts';
import { checkRules } from './rules.ts';
import { type ConfigInput, configSchema, type EnvironmentInput, knownKeys } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { readSettings } from './settings.ts';
import { asTexts } from './settings-of.ts';
import { readStores } from './stores.ts';

const loadTimeoutMs = 30_000;

/** The name looked for where no `--config` is given. */
export const configFileName = 'stagegate.config.ts';

/**
 * Reads a configuration and everything it names, and reports every problem at once.
 * @throws `SG_CONFIG_NOT_FOUND`, `SG_CONFIG_INVALID`, `SG_SERVICE_INVALID` or `SG_PACT_INVALID`, one line per problem.
 */
export async function loadConfig(file: string): Promise<Config> {
  const path = resolve(file);
  const root = dirname(path);
  const written = await importConfig(path);
  const checked = checkReadable(written, path);
  if (checked.kind === 'problems') {
    throw configError(
      'SG_CONFIG_INVALID',
      checked.problems.map((problem) => ({ file: relative(root, path), ...problem })),
    );
  }
  const { input } = checked;
  const { suites = 'suites', pacts = 'pacts' } = input.folders ?? {};
  const { stores, problems: ofStores } = readStores(input, { root, env: readSettings().env });
  const [services, pactProblems, externalProblems] = await Promise.all([
    readServices(root, relative(root, path), input, stores),
    checkPactFiles(root, pacts),
    checkExternalModules(root, relative(root, path), input),
  ]);
  const ofConfig = [
    ...externalProblems,
    ...ofStores.map((problem) => ({ file: relative(root, path), ...problem })),
  ];
  const problems = [...ofConfig, ...services.problems, ...pactProblems];
  if (problems.length > 0) {
    const code =
      ofConfig.length > 0
        ? 'SG_CONFIG_INVALID'
        : services.problems.length > 0
          ? 'SG_SERVICE_INVALID'
          : 'SG_PACT_INVALID';
    throw configError(code, problems);
  }
  return {
    root,
    file: path,
    system: input.system,
    services: services.sound,
    stores,
    folders: { suites: resolve(root, suites), pacts: resolve(root, pacts) },
    imageMirror: input.imageMirror ?? null,
    externals: Object.entries(input.externals ?? {}).map(([name, module]) => ({
      name,
      module: resolve(root, module),
    })),
    environments: input.environments.map(environmentOf),
    gates: inOrderOfEnvironments(input),
    roles: input.roles ?? {},
    quarantine: input.quarantine ?? [],
    cluster: {
      agents: input.cluster?.agents ?? 3,
      agentResources: input.cluster?.agentResources ?? null,
      runtime: input.cluster?.runtime ?? 'auto',
    },
    platforms: Object.entries(input.platforms ?? {}).map(([name, platform]) => ({
      name,
      token: null,
      mesos: null,
      databases: null,
      ...platform,
      marathon: Array.isArray(platform.marathon) ? platform.marathon : [platform.marathon],
    })),
    ledgerUrl: input.ledger?.url ?? null,
    contractBroker: input.contracts?.broker ?? null,
  };
}

type Checked =
  | { readonly kind: 'valid'; readonly input: ConfigInput }
  | { readonly kind: 'problems'; readonly problems: readonly Omit<ConfigProblem, 'file'>[] };

/** @throws `SG_CONFIG_INVALID` for a value that throws when it is looked at */
function checkReadable(written: unknown, path: string): Checked {
  try {
    return checkWritten(written);
  } catch (error) {
    const { where, message } = explainImport(error, path);
    throw new StagegateError('SG_CONFIG_INVALID', `${where} could not be read: ${message}`, { cause: error });
  }
}

/** Shape first; the rules between fields only make sense on the right shape. */
export function checkWritten(written: unknown): Checked {
  const parsed = configSchema.safeParse(written, { reportInput: true });
  if (!parsed.success) {
    return { kind: 'problems', problems: schemaProblems(parsed.error.issues, knownKeys) };
  }
  const problems = checkRules(parsed.data);
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'valid', input: parsed.data };
}

async function importConfig(path: string): Promise<unknown> {
  if (!(await isFile(path))) {
    throw new StagegateError('SG_CONFIG_NOT_FOUND', `There is no configuration at ${path}.`);
  }
  let written: unknown;
  try {
    const module = await inTime(import(pathToFileURL(path).href));
    written = await inTime(module.default);
  } catch (error) {
    const { where, message } = explainImport(error, path);
    throw new StagegateError('SG_CONFIG_INVALID', `${where} could not be loaded: ${message}`, {
      cause: error,
    });
  }
  if (written === undefined) {
    throw new StagegateError(
      'SG_CONFIG_INVALID',
      `${path} has no default export; write: export default defineConfig({ … })`,
    );
  }
  return written;
}

/** Awaits for as long as anybody would wait for a configuration. */
async function inTime<T>(work: Promise<T> | T): Promise<T> {
  const timer = new AbortController();
  const late = async (): Promise<never> => {
    await pause(loadTimeoutMs, undefined, { signal: timer.signal });
    throw new Error(`it was not there after ${loadTimeoutMs} ms`);
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    timer.abort();
  }
}

/** A file that does not parse, or throws, is the user's: show the line, never our stack. */
function explainImport(error: unknown, path: string): { where: string; message: string } {
  const message = messageOf(error);
  const stack = stackOf(error);
  const place = /^(?:file:\/\/)?(.+\.[cm]?[jt]s):(\d+)$/.exec(stack.split('\n')[0] ?? '');
  if (place !== null) return { where: `${place[1]}:${place[2]}`, message };
  // By its name: whoever loaded the file may have written its folder relative to another.
  const thrownAt = new RegExp(`${RegExp.escape(basename(path))}:(\\d+):\\d+`).exec(stack);
  return { where: thrownAt === null ? path : `${path}:${thrownAt[1]}`, message };
}

interface ReadServices {
  readonly sound: readonly ServiceConfig[];
  readonly problems: readonly ConfigProblem[];
}

async function readServices(
  root: string,
  file: string,
  input: ConfigInput,
  stores: readonly StoreSpec[],
): Promise<ReadServices> {
  const databaseStore = stores.find(({ kind }) => kind === 'postgres')?.name ?? null;
  const services = Object.keys(input.services);
  const read = await Promise.all(
    Object.entries(input.services).map(([name, written]) =>
      readService({ root, file, name, written, services, databaseStore, suites: input.suites }),
    ),
  );
  return {
    sound: read.flatMap((each) => (each.kind === 'sound' ? [each.service] : [])),
    problems: read.flatMap((each) => (each.kind === 'unsound' ? each.problems : [])),
  };
}

function environmentOf(written: EnvironmentInput): EnvironmentConfig {
  const { name, platform = 'embedded', weight = 1, quota = null, env, secrets = {}, services = {} } = written;
  const { externals = {} } = written;
  const overrides = Object.entries(services).map(
    ([service, { env, secrets = {}, resources = {}, instances }]) => {
      const { cpus, memMiB: mem, diskMiB: disk } = resources;
      const definition = { cpus, mem, disk, instances };
      const given = Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined));
      return [service, { env: asTexts(env), secrets, definition: given }] as const;
    },
  );
  return {
    name,
    platform,
    weight,
    quota,
    env: asTexts(env),
    secrets,
    externals,
    overrides: Object.fromEntries(overrides),
  };
}

async function checkExternalModules(
  root: string,
  file: string,
  { externals = {} }: ConfigInput,
): Promise<readonly ConfigProblem[]> {
  const problems = await Promise.all(
    Object.entries(externals).map(async ([name, module]) =>
      (await isFile(resolve(root, module)))
        ? []
        : [
            {
              file,
              key: `externals.${name}`,
              wrong: `there is no file ${module}`,
              write: 'the path of a module whose default export starts the stand-in',
            },
          ],
    ),
  );
  return problems.flat();
}

function inOrderOfEnvironments({ environments, gates }: ConfigInput): Config['gates'] {
  const position = (name: string): number =>
    environments.findIndex((environment) => environment.name === name);
  return gates.toSorted((a, b) => position(a.to) - position(b.to)).map(readGate);
}

function configError(code: ErrorCode, problems: readonly ConfigProblem[]): StagegateError {
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  return new StagegateError(code, `${count} must be corrected before anything can run.`, {
    problems: problems.map(describeProblem),
  });
}
