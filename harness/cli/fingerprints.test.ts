import { globSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../config/index.ts';
import { fingerprintOf, type Step } from '../engine/index.ts';
import { emptyState, foldState, type LedgerRecord, type State } from '../ledger/index.ts';
import { type Digest, neighboursOf } from '../model/index.ts';
import { loadPlans } from '../plans/index.ts';
import { FileHashes, ImportGraph } from '../sources/index.ts';
import { type Known, loadStepKinds } from '../steps/index.ts';

/**
 * Any one file of the sample project is changed, and exactly the steps that read it must change their fingerprint. What a
 * suite reads is told by esbuild, which resolves its imports on its own; what else a step reads is written down here.
 */

/** One file reads as if it had been changed. */
class ChangedFiles extends FileHashes {
  readonly #before: FileHashes;
  readonly #changed: string;

  constructor(before: FileHashes, changed: string) {
    super(before.root);
    this.#before = before;
    this.#changed = changed;
  }

  override of(file: string): string | null {
    return file === this.#changed ? 'changed' : this.#before.of(file);
  }

  override below(folder: string): readonly string[] {
    return this.#before.below(folder);
  }

  override text(file: string): string | null {
    return this.#before.text(file);
  }
}

/** A step of the plan, as its kind names its members. */
type ReadStep = Step & { readonly service?: string; readonly stage?: string; readonly environment?: string };

const root = dirname(dirname(import.meta.dirname));
/** At the root: they decide how all code is read, and with which packages. */
const projectFiles = ['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'];
const files = globSync('{services,suites,pacts}/**/*', {
  cwd: root,
  withFileTypes: true,
  exclude: (entry) => ['node_modules', 'dist'].includes(entry.name),
})
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, `${entry.parentPath}/${entry.name}`))
  .concat(projectFiles, 'README.md');

let config: Config;
let steps: readonly ReadStep[];
let fingerprints: (files: FileHashes, about?: Partial<Known>) => ReadonlyMap<string, string | null>;
/** Folder of suites → every file that esbuild reads for them. */
const readBySuites = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  config = await loadConfig(`${root}/stagegate.config.ts`);
  const plan = (await loadPlans()).find(({ command }) => command === 'run');
  const planned = plan?.plan(config, emptyState, { args: [], options: {} });
  if (planned?.kind !== 'plan') throw new Error('no plan');
  const kinds = await loadStepKinds();
  // Steps whose inputs are known before their gate has been asked.
  steps = (planned.plan.steps as readonly ReadStep[]).filter(
    ({ kind, environment }) =>
      ['build', 'verify'].includes(kind) || (kind === 'deploy' && environment === 'dev'),
  );
  const unchanged = new FileHashes(root);
  const knownWith = (files: FileHashes, state: State, about: Partial<Known> = {}): Known => ({
    config,
    state,
    files,
    imports: new ImportGraph(files),
    toolchain: 'this one',
    runtime: 'process',
    runId: null,
    hasArtifact: () => true,
    now: Date.now(),
    ...about,
  });
  const of = (step: Step, known: Known): string | null =>
    fingerprintOf(step.kind, kinds.get(step.kind)?.inputs(step, known) ?? {});
  const built = foldState(
    config.services.map(({ name }, index) => ({
      id: String(index),
      previous: null,
      version: 2,
      record: artifact(name, of(buildOf(name), knownWith(unchanged, emptyState)), index),
    })),
  );
  fingerprints = (files, about) =>
    new Map(steps.map((step) => [step.id, of(step, knownWith(files, built, about))]));
  for (const folder of new Set(steps.flatMap(suitesOf))) readBySuites.set(folder, await inputsOf(folder));
}, 120_000);

test('there is something to change, and something to notice it', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(steps.length).toBeGreaterThan(30);
  expect([...fingerprints(new FileHashes(root)).values()]).not.toContain(null);
});

test('a change of any one file changes exactly the steps that read it', { timeout: 120_000 }, () => {
  const before = new FileHashes(root);
  const unchanged = fingerprints(before);
  const wrong = files.flatMap((file) => {
    const changed = fingerprints(new ChangedFiles(before, file));
    return steps.flatMap((step) => {
      const notices = changed.get(step.id) !== unchanged.get(step.id);
      if (notices === reads(step, file)) return [];
      return [
        `${file}: ${step.id} ${notices ? 'changes, and does not read it' : 'reads it, and does not change'}`,
      ];
    });
  });
  expect(wrong).toEqual([]);
});

describe('what is no file changes the steps that depend on it', () => {
  const changedBy = (about: Partial<Known>): readonly string[] => {
    const unchanged = fingerprints(new FileHashes(root));
    const changed = fingerprints(new FileHashes(root), about);
    return steps.filter(({ id }) => changed.get(id) !== unchanged.get(id)).map(({ id }) => id);
  };

  test.each([{ toolchain: 'another Node' }, { runtime: 'docker' as const }])('%j: all of them', (about) => {
    expect(changedBy(about)).toEqual(steps.map(({ id }) => id));
  });

  test('a setting of one environment: what runs there', () => {
    const environments = config.environments.map((one) =>
      one.name === 'staging' ? { ...one, env: { COLOUR: 'blue' } } : one,
    );
    expect(changedBy({ config: { ...config, environments } })).toEqual(
      steps.filter(({ environment }) => environment === 'staging').map(({ id }) => id),
    );
  });

  test("a service's definition: its deployment, and the stages that deploy it or what it calls", () => {
    const services = config.services.map((one) =>
      one.name === 'payments' ? { ...one, definition: { ...one.definition, cpus: 0.7 } } : one,
    );
    const changed = changedBy({ config: { ...config, services } });
    expect(changed).toContain('deploy payments dev');
    expect(changed).toContain('verify functional payments');
    expect(changed).toContain('verify acceptance payments');
    expect(changed).not.toContain('verify unit payments');
    expect(changed).not.toContain('verify functional catalog');
  });
});

/** What the step reads, from the project's conventions alone. */
function reads(step: ReadStep, file: string): boolean {
  if (projectFiles.includes(file)) return true;
  const { service = '', stage } = step;
  const isOwn = (name: string): boolean => file.startsWith(`services/${name}/`);
  if (step.kind !== 'verify') {
    return isOwn(service) || (step.kind === 'deploy' && isExternalOf([service], file));
  }
  const all = config.services.map(({ name }) => name);
  if (stage === 'acceptance') {
    if (all.some(isOwn) || isExternalOf(all, file)) return true;
  } else if (isOwn(service) || (stage !== 'unit' && isExternalOf([service], file))) return true;
  if (stage === 'contract' || stage === 'functional') {
    if (
      /^pacts\/(?<parties>.*)\.json$/.test(file) &&
      file.replace('.json', '').split(/[/-]/).includes(service)
    ) {
      return true;
    }
  }
  return suitesOf(step).some(
    (folder) => file.startsWith(`${folder}/`) || readBySuites.get(folder)?.has(file),
  );
}

function suitesOf({ kind, stage, service = '' }: ReadStep): readonly string[] {
  if (kind !== 'verify') return [];
  const own = `suites/${stage}/${service}`;
  if (stage !== 'contract') return [own];
  const consumers = config.services.filter((one) => neighboursOf(one).includes(service));
  return [own, ...consumers.map(({ name }) => `suites/contract/${name}`)];
}

function isExternalOf(services: readonly string[], file: string): boolean {
  return config.services
    .filter(({ name }) => services.includes(name))
    .flatMap(({ externals }) => Object.values(externals))
    .some((name) => file === `suites/externals/${name}.ts`);
}

async function inputsOf(folder: string): Promise<ReadonlySet<string>> {
  const entryPoints = globSync(`${folder}/**/*.ts`, { cwd: root });
  if (entryPoints.length === 0) return new Set();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'nowhere',
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  return new Set(Object.keys(metafile.inputs));
}

function buildOf(service: string): Step {
  const step = steps.find((one) => one.kind === 'build' && one.service === service);
  if (step === undefined) throw new Error(`no build of ${service}`);
  return step;
}

function artifact(service: string, fingerprint: string | null, index: number): LedgerRecord {
  const digest: Digest = `sha256:${String(index).padStart(64, '0')}`;
  const version = '1.0.0';
  const builtAt = '2026-11-22T12:00:00.000Z';
  return {
    kind: 'artifact',
    runId: 'earlier',
    fingerprint,
    artifact: {
      service,
      version,
      digest,
      runtime: 'process',
      location: '/gone',
      bytes: 1,
      commit: null,
      builtAt,
    },
  };
}
