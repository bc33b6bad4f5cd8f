import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { recogniseFolder } from '../config/index.ts';
import { allowedName, type Proposal, type ProposedService } from './proposal.ts';

const noServices = new Set([
  'node_modules',
  'dist',
  'build',
  'target',
  'coverage',
  'reports',
  'test',
  'tests',
  'docs',
  'doc',
  'suites',
  'pacts',
  'scripts',
  'vendor',
  'venv',
  '__pycache__',
  'public',
  'static',
  'examples',
  'e2e',
]);

/** Folders that hold services and are none themselves. */
const holders = ['services', 'apps', 'packages', 'src', 'microservices', 'backend', 'cmd'];

/** Services by their folders: those that a language's tools, a Dockerfile or a Marathon definition knows. */
export async function fromFolders(
  root: string,
  system: string,
): Promise<Pick<Proposal, 'services' | 'leftOut' | 'sources'>> {
  const nested: string[] = [];
  for (const folder of ['', ...holders]) {
    for (const name of await foldersIn(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (!(folder === '' && holders.includes(name)) && (await isService(join(root, path))))
        nested.push(path);
    }
  }
  const paths = nested.length > 0 ? nested : (await isService(root)) ? ['.'] : [];
  const services = await Promise.all(paths.map((path) => serviceAt(root, path, system)));
  const names = services.flat().map(({ name }) => name);
  const unique = services.flat().filter((service, index) => names.indexOf(service.name) === index);
  const leftOut = services
    .flat()
    .filter((service, index) => names.indexOf(service.name) !== index)
    .map(({ path, name }) => `${path}: left out, because ${name} is the name of another folder too`);
  return {
    services: unique,
    leftOut,
    sources: paths.map((path) => (path === '.' ? 'the project folder' : path)),
  };
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !noServices.has(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** A library is recognised by its language too, but nothing says how it would start. */
async function isService(folder: string): Promise<boolean> {
  for (const file of ['Dockerfile', 'marathon.json', 'Procfile']) {
    const found = await stat(join(folder, file)).catch(() => null);
    if (found?.isFile() === true) return true;
  }
  const recognised = await recogniseFolder(folder, allowedName(basename(folder)));
  if (recognised === null || recognised.start === null) return false;
  // A package of tools, such as the one that stagegate itself is installed in.
  if (recognised.language !== 'Node') return true;
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  return /"(start|main)"\s*:|"(express|fastify|koa|hapi|@hapi\/hapi|@nestjs\/core|hono|next|restify)"\s*:/.test(
    manifest,
  );
}

/** One service, and of a Procfile each of its process types. */
async function serviceAt(root: string, path: string, system: string): Promise<readonly ProposedService[]> {
  const name = allowedName(path === '.' ? system : basename(path));
  const folder = join(root, path);
  const recognised = await recogniseFolder(folder, name);
  const service: ProposedService = {
    name,
    kind: 'service',
    path: path === `services/${name}` ? null : path,
    image: null,
    build: null,
    start: null,
    port: null,
    ready: null,
    env: {},
    openVariables: [],
    suites: {},
    pactName: null,
    because: [
      `${recognised === null ? 'a Dockerfile' : recognised.language} in ${path === '.' ? 'the project folder' : path}`,
    ],
  };
  const types = await procfileTypes(folder);
  const workers = types.filter(([type]) => !['web', 'release'].includes(type));
  return [
    ...(types.length > 0 && !types.some(([type]) => type === 'web') ? [] : [service]),
    ...workers.map(
      ([type, command]): ProposedService => ({
        ...service,
        name: allowedName(`${name}-${type}`),
        kind: 'worker',
        path,
        start: command,
        because: [`the process type ${type} of the Procfile`],
      }),
    ),
  ];
}

async function procfileTypes(folder: string): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(join(folder, 'Procfile'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, type, command] = /^([\w-]+):\s*(.+)$/.exec(line.trim()) ?? [];
    return type === undefined || command === undefined ? [] : [[type, command] as const];
  });
}
