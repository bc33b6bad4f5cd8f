import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderVerifying, StageName, StageResult, Suite, TestCase } from '../model/index.ts';
import { runStage, type StageContext, type StageService } from './index.ts';

/** A project for tests of this room, inside this one so that its suites find vitest and `stagegate/testing`. */
export interface StageRig extends AsyncDisposable {
  readonly root: string;
  /** Writes `suites/<file>`; the names of vitest that tests use are imported. */
  suite(file: string, body: string): Promise<void>;
  run(stage: StageName, services: readonly string[], options?: RigOptions): Promise<StageResult[]>;
  /** Processes that the stage started and that are still there: each carries the rig's marker. */
  processes(): Promise<string[]>;
}

export interface RigOptions {
  readonly signal?: AbortSignal;
  readonly onTest?: (service: string, test: TestCase) => void;
  /** Path of every service's bundle. */
  readonly bundle?: string;
  /** Service → how its tests are run instead of the usual way. */
  readonly suites?: Readonly<Record<string, Suite>>;
  /** How every service's pacts are verified without a test. */
  readonly provider?: ProviderVerifying;
  readonly pactNames?: Readonly<Record<string, string>>;
}

export const digest = `sha256:${'a'.repeat(64)}` as const;

const project = fileURLToPath(new URL('../../', import.meta.url));

export async function openStageRig(): Promise<StageRig> {
  await mkdir(join(project, '.stagegate'), { recursive: true });
  const root = await mkdtemp(join(project, '.stagegate', 'stage-test-'));
  return {
    root,
    async suite(file, body) {
      const path = join(root, 'suites', file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `import { describe, expect, test, beforeAll } from 'vitest';\n${body}`);
    },
    async run(stage, services, options = {}) {
      const {
        signal = new AbortController().signal,
        onTest = () => {},
        bundle = '',
        suites = {},
        provider,
        pactNames = {},
      } = options;
      const context: StageContext = {
        stage,
        runId: 'run-1',
        runtime: 'process',
        root,
        scratch: join(root, 'scratch'),
        services: Object.fromEntries(
          services.map((name) => {
            const suite = suites[name];
            return [
              name,
              {
                ...service(name, bundle),
                ...(suite === undefined ? {} : { suite }),
                ...(provider === undefined ? {} : { provider }),
              },
            ];
          }),
        ),
        suites: join(root, 'suites'),
        pactNames,
        pacts: { read: join(root, 'pacts'), write: join(root, 'scratch', 'pacts') },
        externals: {},
        tasksEnvironment: { STAGEGATE_TEST_MARKER: root },
      };
      return runStage({ stage, services, context, onTest, signal });
    },
    async processes() {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const environments = await Promise.all(
        pids.map(
          async (pid) => [pid, await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')] as const,
        ),
      );
      return environments
        .filter(([, text]) => text.includes(`STAGEGATE_TEST_MARKER=${root}`))
        .map(([pid]) => pid);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };

  function service(name: string, bundle: string): StageService {
    const artifact = {
      service: name,
      version: '1.0.0',
      digest,
      runtime: 'process',
      location: bundle,
      bytes: 1,
      commit: null,
      builtAt: '2026-11-22T12:00:00.000Z',
    } as const;
    return {
      path: join(root, 'services', name),
      neighbours: { NEIGHBOUR_URL: 'neighbour' },
      externals: {},
      definition: { id: name },
      settings: {},
      start: 'exec node server.mjs',
      ready: '/health/ready',
      artifact,
      bundle,
    };
  }
}

/** The text of a pact with one interaction. */
export function pact(consumer: string, provider: string, providerState?: string): string {
  const request = { method: 'GET', path: '/' };
  const interactions = [{ description: 'd', providerState, request, response: { status: 200 } }];
  return JSON.stringify({ consumer: { name: consumer }, provider: { name: provider }, interactions });
}
