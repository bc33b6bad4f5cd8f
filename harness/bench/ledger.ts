/**
 * Opening and folding a ledger of 10,000 entries, cold (no cache) and warm, beside `git log --patch` over the same commits,
 * which reads the same content and verifies nothing: `node harness/bench/ledger.ts [entries]`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { foldState, type LedgerRecord, openLedger } from '../ledger/index.ts';

const entries = Number(process.argv[2] ?? 10_000);
/** As many as a run of a system of twenty services writes at once. */
const batch = 20;
const repetitions = 5;
const run = promisify(execFile);

const root = await mkdtemp(join(tmpdir(), 'stagegate-bench-ledger-'));
try {
  await run('git', ['init', '--quiet'], { cwd: root });
  const ledger = await openLedger(root);
  for (let first = 0; first < entries; first += batch) {
    await ledger.append(Array.from({ length: batch }, (_, index) => evidence(first + index)));
  }
  const cold: number[] = [];
  const warm: number[] = [];
  const log: number[] = [];
  for (let turn = 0; turn < repetitions; turn++) {
    await rm(join(root, '.git', 'stagegate'), { recursive: true, force: true });
    cold.push(await timed(open));
    warm.push(await timed(open));
    log.push(await timed(readByGit));
  }
  const shown = { entries, cold: median(cold), warm: median(warm), gitLog: median(log) };
  const rounded = Object.entries(shown).map(([name, value]) => [name, Math.round(value)]);
  console.table(Object.fromEntries(rounded));
  console.log(
    `cold/git log ${(shown.cold / shown.gitLog).toFixed(2)}, warm/git log ${(shown.warm / shown.gitLog).toFixed(2)}`,
  );
} finally {
  await rm(root, { recursive: true, force: true });
}

async function open(): Promise<void> {
  foldState((await openLedger(root)).entries);
}

async function readByGit(): Promise<void> {
  const args = ['log', '--patch', '--first-parent', 'refs/stagegate/ledger'];
  await run('git', args, { cwd: root, maxBuffer: 1 << 30 });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function evidence(number: number): LedgerRecord {
  return {
    kind: 'evidence',
    runId: `run-${Math.floor(number / batch)}`,
    evidence: {
      stage: 'unit',
      service: `service-${number % batch}`,
      status: 'pass',
      tests: { passed: 12, failed: 0, skipped: 0 },
      failed: [],
      digest: `sha256:${number.toString(16).padStart(64, '0')}`,
      runtime: 'process',
      startedAt: '2026-11-22T12:00:00.000Z',
      durationMs: 250,
      environment: null,
      beside: [],
      fingerprint: number.toString(16).padStart(32, '0'),
      cases: null,
    },
  };
}
