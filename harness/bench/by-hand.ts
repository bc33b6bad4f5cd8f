import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Build } from '../builders/index.ts';
import type { Config, ServiceConfig } from '../config/index.ts';
import { type Postgres, startPostgres } from '../platforms/index.ts';
import { type StageContext, stageServiceOf } from '../runners/index.ts';
import { firstLine, startNode, timeToEnd, untilReady } from './measure.ts';

/** Stages that need no cluster; a person without one cannot run the other two. */
const stagesByHand = ['unit', 'integration', 'contract'] as const;

/** The least that any server costs: a Node process that listens and says so. */
export async function timeToPlainServer(root: string): Promise<number> {
  const source = 'require("node:http").createServer().listen(0, "127.0.0.1", () => console.log("ready"))';
  await using started = startNode({ args: ['--eval', source], cwd: root });
  await firstLine(started);
  return started.elapsedMs();
}

/** From `node dist/server.mjs` until the service is ready. */
export async function timeToPlainService(service: ServiceConfig): Promise<number> {
  const port = await freePort();
  await using started = startPlain(service, port, {});
  await untilReady(`http://127.0.0.1:${port}/health/ready`);
  return started.elapsedMs();
}

/**
 * What a careful person does one after the other: builds each service, starts PostgreSQL and then every service with
 * plain `node`, and runs the suites of three stages with `vitest run`, service by service. `folder` takes what is written.
 */
export async function timeOfManualRun(
  config: Config,
  builds: readonly Build[],
  folder: string,
): Promise<{ readonly ms: number; readonly vitestRuns: number }> {
  const startedMs = performance.now();
  for (const { path } of config.services) await timeToEnd({ args: ['--run', 'build'], cwd: path });
  await using undo = new AsyncDisposableStack();
  const postgres = undo.use(
    await startPostgres({
      runtime: 'process',
      folder,
      logFile: join(folder, 'postgres.log'),
      marker: {},
      signal: new AbortController().signal,
    }),
  );
  const externals = await startExternals(config, undo);
  await startServices({ config, postgres, externals, undo });
  let vitestRuns = 0;
  for (const stage of stagesByHand) {
    for (const service of config.services) {
      if (!existsSync(join(config.root, 'suites', stage, service.name))) continue;
      const file = await vitestConfig({ config, builds, folder, stage, service, postgres, externals });
      const vitest = join(config.root, 'node_modules', 'vitest', 'vitest.mjs');
      await timeToEnd({ args: [vitest, 'run', '--config', file], cwd: config.root });
      vitestRuns += 1;
    }
  }
  return { ms: performance.now() - startedMs, vitestRuns };
}

async function startServices(around: {
  readonly config: Config;
  readonly postgres: Postgres;
  readonly externals: Readonly<Record<string, string>>;
  readonly undo: AsyncDisposableStack;
}): Promise<void> {
  const { config, postgres, externals, undo } = around;
  const ports = new Map<string, number>();
  for (const { name } of config.services) ports.set(name, await freePort());
  const addressOf = (name: string): string => `http://127.0.0.1:${ports.get(name)}`;
  for (const service of config.services) {
    const database =
      service.database === null ? {} : { [service.database]: await postgres.createDatabase(service.name) };
    undo.use(
      startPlain(service, ports.get(service.name) ?? 0, {
        ...database,
        ...mapValues(service.neighbours, addressOf),
        ...mapValues(service.externals, (name) => externals[name] ?? ''),
      }),
    );
    await untilReady(`${addressOf(service.name)}/health/live`);
  }
}

function startPlain({ path }: ServiceConfig, port: number, env: Readonly<Record<string, string>>) {
  const started = startNode({
    args: [join('dist', 'server.mjs')],
    cwd: path,
    env: { LISTEN_ADDRESS: '127.0.0.1', PORT: String(port), ...env },
  });
  started.process.stdout?.resume();
  return started;
}

async function startExternals(config: Config, undo: AsyncDisposableStack): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  for (const { name, module } of config.externals) {
    const { default: start } = await import(module);
    const external = (await start({ host: '127.0.0.1' })) as { url: string; close(): Promise<void> };
    undo.defer(() => external.close());
    urls[name] = external.url;
  }
  return urls;
}

/** The project's suites under plain vitest: what stagegate would hand to them, written into a configuration file. */
async function vitestConfig(order: {
  readonly config: Config;
  readonly builds: readonly Build[];
  readonly folder: string;
  readonly stage: (typeof stagesByHand)[number];
  readonly service: ServiceConfig;
  readonly postgres: Postgres;
  readonly externals: Readonly<Record<string, string>>;
}): Promise<string> {
  const { config, builds, folder, stage, service, postgres, externals } = order;
  const { root } = config;
  const services = config.services.flatMap((each) => {
    const build = builds.find(({ artifact }) => artifact.service === each.name);
    if (build === undefined) return [];
    return [[each.name, stageServiceOf(each, { ...build, settings: {} })] as const];
  });
  const context: StageContext = {
    stage,
    runId: 'bench',
    runtime: 'process',
    root,
    scratch: folder,
    services: Object.fromEntries(services),
    suites: config.folders.suites,
    postgres: { adminUrl: postgres.adminUrl, taskUrl: postgres.taskUrl },
    pacts: { read: join(root, 'pacts'), write: join(folder, 'pacts') },
    externals,
    tasksEnvironment: {},
  };
  const test = {
    include: [`suites/${stage}/${service.name}/**/*.test.ts`],
    setupFiles: [join(root, 'harness', 'runners', 'testing', 'file-setup.ts')],
    provide: { stagegate: context },
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { PACT_DO_NOT_TRACK: 'true' },
  };
  const file = join(folder, `${stage}-${service.name}.config.mjs`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `export default ${JSON.stringify({ root, test })};\n`);
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function mapValues(
  record: Readonly<Record<string, string>>,
  map: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
