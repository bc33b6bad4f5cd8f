import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type AppDefinition, appDefinitionKeys, appDefinitionSchema } from './app-definition.ts';
import { checkDefinition } from './app-definition-rules.ts';
import type { ConfigProblem, ServiceConfig } from './config.ts';
import { deriveDefinition } from './derive-definition.ts';
import { isFile, readJson } from './project-files.ts';
import { providerOf } from './provider-of.ts';
import type { ServiceInput } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { findSource } from './service-source.ts';
import { readSettings } from './settings.ts';
import { asTexts, neighboursInTemplates } from './settings-of.ts';
import { suitesOf } from './suites-of.ts';

/** A service as checked, or what is wrong with what is written or in its folder. */
export type ReadService =
  | { readonly kind: 'sound'; readonly service: ServiceConfig }
  | { readonly kind: 'unsound'; readonly problems: readonly ConfigProblem[] };

export interface ReadServiceOptions {
  readonly root: string;
  /** Configuration file, relative to the root: where problems of what is written there are. */
  readonly file: string;
  readonly name: string;
  readonly written: ServiceInput;
  /** Store whose databases `database` means; null when there is none. */
  readonly databaseStore: string | null;
  /** The system's own suites, for services without. */
  readonly suites: ServiceInput['suites'];
  /** Names of all services, to tell them from stores in templates. */
  readonly services: readonly string[];
}

const usualPort = 8080;

/** Finds out how a service is built, started and asked: from what is written, its folder and its `marathon.json`. */
export async function readService(options: ReadServiceOptions): Promise<ReadService> {
  const { root, file, name, written, services, databaseStore } = options;
  const path = resolve(root, written.path ?? `services/${name}`);
  const needsFolder = written.image === undefined && written.artifact === undefined;
  if ((needsFolder || written.path !== undefined) && !(await isFolder(path))) {
    return unsound({
      file: relative(root, path),
      key: '',
      wrong: `service "${name}" has no folder here`,
      write: `the service there, or its folder as services.${name}.path`,
    });
  }
  const manifest = join(path, 'package.json');
  if (await isFile(manifest)) {
    const json = await readJson(manifest, relative(root, manifest), 'a package.json');
    if (json.kind === 'unsound') return json;
  }
  const found = await findSource(root, name, path, written);
  if (found.kind === 'unclear') return unsound({ file, ...found.problem });
  const { source } = found;
  const app = await definitionOf(options, path, source.port);
  if (app.kind === 'unsound') return app;
  const kind = written.kind ?? 'service';
  const verifying = await providerOf(written.provider, { root, name, env: readSettings().env });
  if (verifying.kind === 'unsound') return unsound({ file, ...verifying.problem });
  const { definition } = app;
  return {
    kind: 'sound',
    service: {
      name,
      kind,
      path,
      recipe: source.recipe,
      start: definition.cmd ?? source.start,
      imageStart: source.startIsWritten && written.image === undefined ? source.start : null,
      ready: written.ready ?? definition.readinessChecks?.[0]?.path ?? pathOfHealth(definition),
      env: {
        ...(written.database === undefined ? {} : { [written.database]: `{${databaseStore}.url}` }),
        ...asTexts(written.env),
      },
      secrets: written.secrets ?? {},
      database: written.database ?? null,
      neighbours: { ...neighboursInTemplates(written, services), ...written.neighbours },
      externals: written.externals ?? {},
      suites: suitesOf(root, { own: written.suites, path, system: options.suites }),
      exempt: written.exempt ?? {},
      provider: verifying.provider,
      pactName: written.pactName ?? name,
      definition,
    },
  };
}

async function definitionOf(
  { root, name, written }: ReadServiceOptions,
  path: string,
  exposed: number | null,
): Promise<
  | { readonly kind: 'definition'; readonly definition: AppDefinition }
  | Extract<ReadService, { kind: 'unsound' }>
> {
  const full = join(path, 'marathon.json');
  const file = relative(root, full);
  const port = written.kind === 'worker' ? null : (written.port ?? exposed ?? usualPort);
  if (!(await isFile(full))) {
    const shape = { name, port, ready: written.ready ?? null, live: written.live ?? null };
    return { kind: 'definition', definition: withResources(deriveDefinition(shape), written) };
  }
  const json = await readJson(full, file, 'a Marathon app definition');
  if (json.kind === 'unsound') return json;
  const parsed = appDefinitionSchema.safeParse(json.value, { reportInput: true });
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error.issues, appDefinitionKeys);
    return unsound(...problems.map((problem) => ({ file, ...problem })));
  }
  const problems = checkDefinition(parsed.data, name);
  if (problems.length > 0) return unsound(...problems.map((problem) => ({ file, ...problem })));
  return { kind: 'definition', definition: withResources(parsed.data, written) };
}

function withResources(
  definition: AppDefinition,
  { resources = {}, instances }: Pick<ServiceInput, 'resources' | 'instances'>,
): AppDefinition {
  return {
    ...definition,
    ...(resources.cpus === undefined ? {} : { cpus: resources.cpus }),
    ...(resources.memMiB === undefined ? {} : { mem: resources.memMiB }),
    ...(resources.diskMiB === undefined ? {} : { disk: resources.diskMiB }),
    ...(instances === undefined ? {} : { instances }),
  };
}

function pathOfHealth({ healthChecks = [] }: AppDefinition): string | null {
  const check = healthChecks.find(({ protocol = 'HTTP' }) => protocol.includes('HTTP'));
  return check === undefined ? null : (check.path ?? '/');
}

function unsound(...problems: ConfigProblem[]): Extract<ReadService, { kind: 'unsound' }> {
  return { kind: 'unsound', problems };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
