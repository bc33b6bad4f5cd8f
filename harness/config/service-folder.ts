import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type AppDefinition, appDefinitionSchema } from './app-definition.ts';
import type { ConfigProblem } from './config.ts';
import { parseJson } from './json-text.ts';
import { schemaProblems } from './schema-problems.ts';

/** A service folder as checked: its app definition, or what is wrong with the folder. */
export type ServiceFolder =
  | { readonly kind: 'sound'; readonly definition: AppDefinition }
  | { readonly kind: 'unsound'; readonly problems: readonly ConfigProblem[] };

/** Looks for what every service must bring: marathon.json, package.json and a Dockerfile. */
export async function readServiceFolder(root: string, service: string, path: string): Promise<ServiceFolder> {
  const folder = relative(root, path);
  if (!(await isThere(path))) {
    return unsound({
      file: folder,
      key: '',
      wrong: `service "${service}" has no folder here`,
      write: `the service there, or its folder as services.${service}.path`,
    });
  }
  const problems: ConfigProblem[] = [];
  if (!(await isThere(join(path, 'Dockerfile')))) {
    problems.push({
      file: join(folder, 'Dockerfile'),
      key: '',
      wrong: 'the file is missing',
      write: 'a Dockerfile that builds the service',
    });
  }
  problems.push(...(await packageProblems(join(path, 'package.json'), join(folder, 'package.json'))));
  const app = await readDefinition(join(path, 'marathon.json'), join(folder, 'marathon.json'), service);
  if (app.kind === 'unsound') return unsound(...problems, ...app.problems);
  return problems.length > 0 ? unsound(...problems) : app;
}

async function packageProblems(path: string, file: string): Promise<readonly ConfigProblem[]> {
  const json = await readJson(path, file, 'a package.json with the build script of the service');
  return json.kind === 'unsound' ? json.problems : [];
}

async function readDefinition(path: string, file: string, service: string): Promise<ServiceFolder> {
  const json = await readJson(path, file, 'a Marathon app definition');
  if (json.kind === 'unsound') return json;
  const parsed = appDefinitionSchema.safeParse(json.value);
  if (!parsed.success) {
    return unsound(...schemaProblems(parsed.error.issues, {}).map((problem) => ({ file, ...problem })));
  }
  const definition = parsed.data;
  const problems: ConfigProblem[] = [];
  if (definition.id.replace(/^.*\//, '') !== service) {
    problems.push({
      file,
      key: 'id',
      wrong: `"${definition.id}" is not the name of the service`,
      write: `"${service}"; stagegate puts the environment's group before it`,
    });
  }
  if (definition.container?.docker?.image === undefined && !definition.cmd && !definition.args) {
    problems.push({
      file,
      key: 'container',
      wrong: 'the definition does not say what to run',
      write: `container.docker.image ("${service}"), or cmd, or args`,
    });
  }
  return problems.length > 0 ? unsound(...problems) : { kind: 'sound', definition };
}

type JsonFile =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'unsound'; readonly problems: readonly ConfigProblem[] };

/** Reads one JSON file of a project; what is wrong with it is told by line and column. */
export async function readJson(path: string, file: string, purpose: string): Promise<JsonFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const wrong = missing ? 'the file is missing' : `the file cannot be read (${String(error)})`;
    return unsound({ file, key: '', wrong, write: purpose });
  }
  const json = parseJson(text);
  if (json.kind === 'json') return { kind: 'read', value: json.value };
  return unsound({
    file: `${file}:${json.line}:${json.column}`,
    key: '',
    wrong: `not JSON: ${json.message}`,
    write: `${purpose} as valid JSON`,
  });
}

function unsound(...problems: ConfigProblem[]): { kind: 'unsound'; problems: readonly ConfigProblem[] } {
  return { kind: 'unsound', problems };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
