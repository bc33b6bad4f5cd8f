import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Room → the rooms it may import from, besides `model` and `plumbing`, which everyone may (ARCHITECTURE.md, "Imports point one way").
 * A new arrow is a design change: it gets a commit of its own that says why.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // Its commands are files that Node runs; of the rooms it names only the one that cleans up behind them.
  bootstrap: ['reaper'],
  plumbing: [],
  model: [],
  // Servers that could be packages of their own; they meet over HTTP.
  'servers/http': [],
  'servers/mesos': ['servers/http'],
  'servers/marathon': ['servers/http'],
  'servers/edge': ['servers/http'],
  'servers/broker': ['servers/http'],
  config: [],
  contracts: [],
  // Proposes a configuration: knows its words and how folders are recognised.
  adopt: ['config'],
  builders: [],
  ledger: [],
  policy: ['contracts', 'ledger'],
  // Makes statements of what the ledger holds.
  provenance: ['ledger'],
  reaper: [],
  report: [],
  sources: [],
  // Plants faults into a copy of a project.
  drill: ['config'],
  // Says who caused a failure, from what was seen.
  attribution: [],
  engine: [],
  platforms: ['servers/mesos', 'servers/marathon', 'servers/edge'],
  // Looks at a running cluster and acts on it, for the command line and the console alike.
  operations: ['diagnosis', 'platforms', 'reaper'],
  // Serves the page: the cluster by its operations, the project by views of its ledger.
  console: ['config', 'diagnosis', 'ledger', 'operations', 'platforms', 'reaper', 'views'],
  // Says in words what Marathon, Mesos and log lines mean; pure, so that the console's page can be made of it too.
  diagnosis: [],
  environments: ['platforms', 'config'],
  runners: ['platforms', 'config', 'contracts', 'environments'],
  // Gathers what the checks of the policy judge; rolls candidates out on a platform.
  rehearsal: ['platforms', 'config', 'contracts', 'environments', 'ledger', 'policy'],
  steps: [
    'attribution',
    'config',
    'engine',
    'environments',
    'ledger',
    'platforms',
    'policy',
    'rehearsal',
    'sources',
  ],
  // Does what steps ask for: kept apart so that whoever only plans or reads loads none of it.
  effects: [
    'attribution',
    'builders',
    'config',
    'contracts',
    'environments',
    'platforms',
    'policy',
    'reaper',
    'rehearsal',
    'runners',
    'steps',
  ],
  plans: ['config', 'engine', 'ledger', 'steps'],
  views: ['config', 'contracts', 'engine', 'ledger', 'plans', 'policy', 'steps'],
  cli: [
    'adopt',
    'builders',
    'config',
    'contracts',
    'console',
    'diagnosis',
    'drill',
    'effects',
    'engine',
    'ledger',
    'operations',
    'plans',
    'platforms',
    'policy',
    'provenance',
    'reaper',
    'rehearsal',
    'report',
    'servers/broker',
    'servers/http',
    'sources',
    'steps',
    'views',
  ],
  // Measures the rooms it names, and starts everything else as a user would.
  bench: [
    'platforms',
    'config',
    'builders',
    'ledger',
    'servers/edge',
    'servers/marathon',
    'servers/mesos',
    'runners',
  ],
};
const forEveryone = new Set(['model', 'plumbing']);
const serversWithoutModel = (room: string): boolean => room.startsWith('servers/');

interface Arrow {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Imported file, relative to `harness/`. */
  readonly target: string;
  readonly typesOnly: boolean;
}

const harness = import.meta.dirname;
const root = dirname(harness);
const sources = (folder: string): readonly string[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] });

/** Every import or re-export with a relative path; text in between may hold no quote, so none reaches over another. */
const importing =
  /\b(?:import(?!\.)|export)(?<clause>\s+type)?[^'"`;]*?(?:\bfrom\s*|\(\s*|\s)['"](?<path>[^'"\n]+)['"]/g;

/** The first folder; below `servers/`, each server is a room. */
function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'servers' ? `${first}/${second}` : first;
}

function importsOf(file: string): readonly { readonly path: string; readonly typesOnly: boolean }[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(importing)].map(({ groups }) => ({
    path: groups?.path ?? '',
    typesOnly: groups?.clause !== undefined,
  }));
}

function arrows(): readonly Arrow[] {
  return sources('harness').flatMap((file) => {
    const from = roomOf(relative(harness, join(root, file)));
    return importsOf(file).flatMap(({ path, typesOnly }) => {
      if (!path.startsWith('.')) return [];
      const target = relative(harness, resolve(root, dirname(file), path));
      const to = roomOf(target);
      return to === from || from.endsWith('.ts') ? [] : [{ file, from, to, target, typesOnly }];
    });
  });
}

function objection({ file, from, to, target, typesOnly }: Arrow): string | null {
  if (to === '..') return `${file}: the harness imports ${target}, which is not part of it`;
  // The types of what crosses the wire between Mesos and its frameworks belong to both.
  if (target === 'servers/mesos/v1.ts' && typesOnly) return null;
  if (serversWithoutModel(from) && to === 'model') {
    return `${file}: ${from} is a server that knows nothing of stagegate, but imports from model (${target})`;
  }
  if (!forEveryone.has(to) && !allowed[from]?.includes(to)) {
    return `${file}: ${from} may not import from ${to} (${target})`;
  }
  // What tests of several rooms share is a door for tests.
  const isFixture = target === `${to}/fixture.ts` && file.endsWith('.test.ts');
  const isDoor = isFixture || target === `${to}/index.ts` || target === `${to}/${to.split('/').at(-1)}.ts`;
  if (!forEveryone.has(to) && !isDoor) {
    return `${file}: ${from} enters ${to} past its door: import from ${to}/index.ts, not ${target}`;
  }
  return null;
}

/** The first circle found, its first file again at the end. */
function circleIn(imported: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const cleared = new Set<string>();
  const search = (file: string, way: readonly string[]): readonly string[] | null => {
    if (cleared.has(file)) return null;
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    for (const next of imported.get(file) ?? []) {
      const circle = search(next, [...way, file]);
      if (circle !== null) return circle;
    }
    cleared.add(file);
    return null;
  };
  for (const file of imported.keys()) {
    const circle = search(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

test('rooms import only from the rooms they may, and through their doors', () => {
  const found = arrows();
  expect(found.length).toBeGreaterThan(50);
  expect(found.map(objection).filter((one) => one !== null)).toEqual([]);
});

test('no file imports itself by way of others, for values or for types', () => {
  const imported = new Map(
    sources('{harness,services,suites}').map((file) => [
      file,
      importsOf(file).flatMap(({ path }) => (path.startsWith('.') ? [join(dirname(file), path)] : [])),
    ]),
  );
  expect(circleIn(imported)?.join(' → ') ?? 'none').toBe('none');
});

test('every room is in the table', () => {
  const rooms = new Set(
    sources('harness')
      .map((file) => relative('harness', file))
      .filter((file) => file.includes('/'))
      .map(roomOf),
  );
  expect([...rooms].filter((room) => !(room in allowed))).toEqual([]);
});

test('a service imports nothing from outside its folder', () => {
  const strays = sources('services').flatMap((file) => {
    const home = file.split('/').slice(0, 2).join('/');
    return importsOf(file)
      .filter(
        ({ path }) => path.startsWith('.') && !resolve('/', dirname(file), path).startsWith(`/${home}/`),
      )
      .map(({ path }) => `${file}: a service may not import ${path}, which is outside ${home}`);
  });
  expect(strays).toEqual([]);
});

test('suites reach the harness through stagegate/testing only', () => {
  const strays = sources('suites').flatMap((file) =>
    importsOf(file)
      .filter(({ path }) => path.startsWith('.') && resolve('/', dirname(file), path).startsWith('/harness/'))
      .map(({ path }) => `${file}: a suite imports from 'stagegate/testing', not ${path}`),
  );
  expect(strays).toEqual([]);
});
