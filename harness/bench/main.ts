/**
 * `npm run bench`: how long a person waits for stagegate, beside doing the same by hand, both measured in this run.
 * Prints a table and writes reports/bench.json.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { buildService } from '../builders/index.ts';
import { loadConfig } from '../config/index.ts';
import { timeOfManualRun, timeToPlainServer, timeToPlainService } from './by-hand.ts';
import { timesOfEdge } from './edge.ts';
import { startStagegateCluster, timeOfRun, timeToHealthyApp } from './with-stagegate.ts';

interface Row {
  readonly what: string;
  readonly stagegateMs: number;
  readonly byHandMs: number;
  readonly byHand: string;
  /** Stagegate's time divided by the other. */
  readonly ratio: number;
}

/** Short measurements are repeated, and their medians compared. */
const repetitions = 5;
/** The first app: it keeps no data and calls nobody. */
const firstApp = 'notifications';

const root = resolve(import.meta.dirname, '../..');
const rows: Row[] = [];

const config = await loadConfig(join(root, 'stagegate.config.ts'));
const folder = await mkdtemp(join(tmpdir(), 'stagegate-bench-'));
try {
  const { signal } = new AbortController();
  const builds = [];
  for (const service of config.services) {
    say(`building ${service.name}`);
    builds.push(await buildService(service, { root, runtime: 'process', signal }));
  }
  const app = builds.find(({ artifact }) => artifact.service === firstApp);
  const service = config.services.find(({ name }) => name === firstApp);
  if (app === undefined || service === undefined) throw new Error(`There is no service ${firstApp}.`);

  say(`starting a cluster, and a first app on it, ${repetitions} times`);
  const ready: number[] = [];
  const healthy: number[] = [];
  const server: number[] = [];
  const plain: number[] = [];
  for (let turn = 0; turn < repetitions; turn++) {
    await using cluster = await startStagegateCluster(root);
    ready.push(cluster.readyMs);
    healthy.push(await timeToHealthyApp(cluster.addresses, app));
    server.push(await timeToPlainServer(root));
    plain.push(await timeToPlainService(service));
  }
  add('cluster ready', median(ready), median(server), 'a plain Node server that listens');
  add('first app healthy', median(healthy), median(plain), `node dist/server.mjs of ${firstApp}, ready`);

  say('the edge beside HAProxy');
  const edge = await timesOfEdge(folder);
  if (edge === null) say('no haproxy or no wrk on the PATH: the edge is not compared');
  else add('a request through the edge', edge.edgeMs, edge.haproxyMs, 'HAProxy, one thread, wrk -t1 -c32');

  say('the whole run');
  const run = await timeOfRun(root);
  say('the same by hand, one after the other');
  const manual = await timeOfManualRun(config, builds, folder);
  const how = `builds, PostgreSQL, 6 × node, ${manual.vitestRuns} × vitest run; no functional, acceptance, deployments`;
  add('whole run', run, manual.ms, how);
} finally {
  await rm(folder, { recursive: true, force: true });
}
await mkdir(join(root, 'reports'), { recursive: true });
const machine = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: availableParallelism(),
  memoryBytes: totalmem(),
};
const report = { schema: 'stagegate.bench/1', at: new Date().toISOString(), machine, rows };
await writeFile(join(root, 'reports', 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
print();
process.exit(0);

function add(what: string, stagegateMs: number, byHandMs: number, byHand: string): void {
  rows.push({ what, stagegateMs, byHandMs, byHand, ratio: stagegateMs / byHandMs });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function print(): void {
  const seconds = (ms: number): string => {
    if (ms < 1) return `${Math.round(ms * 1000)} µs`;
    return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
  };
  const cells = [
    ['', 'stagegate', 'by hand', 'ratio', 'by hand means'],
    ...rows.map((row) => [
      row.what,
      seconds(row.stagegateMs),
      seconds(row.byHandMs),
      row.ratio.toFixed(2),
      row.byHand,
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of cells)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  console.log('\nreports/bench.json');
}
