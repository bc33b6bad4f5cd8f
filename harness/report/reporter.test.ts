import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent, RunRecord } from '../model/index.ts';
import { markRunning, openReporter } from './index.ts';
import { failingRecord, passingRecord } from './sample-records.ts';

let folder: string;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-reports-'));
  printed = '';
});
afterEach(() => rm(folder, { recursive: true }));

function open(mode: 'plain' | 'json') {
  return openReporter({
    folder,
    mode,
    colour: false,
    write: (text) => {
      printed += text;
    },
  });
}

/** An interrupted run does not wait for Allure, and neither do tests of the rest. */
function interrupted(record: RunRecord): RunRecord {
  return {
    ...record,
    problems: [{ code: 'SG_INTERRUPTED', message: 'Interrupted by SIGINT.', hint: 'Again.' }],
  };
}

function finished(record: RunRecord): RunEvent {
  return { kind: 'run-finished', record, exitCode: 0 };
}

describe('openReporter', () => {
  it('writes run.json, JUnit, the promotion page and an Allure report that open from disk', async () => {
    const reporter = open('plain');
    reporter.report(finished(failingRecord));
    expect(await reporter.close()).toEqual(
      ['promotion/index.html', 'allure/index.html', 'junit.xml', 'run.json', 'badge.svg'].map((name) =>
        join(folder, name),
      ),
    );
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toEqual(failingRecord);
    const allure = await readFile(join(folder, 'allure/index.html'), 'utf8');
    expect(allure).not.toContain('googletagmanager');
    expect(allure).toMatch(
      /<head[^>]*><meta http-equiv="Content-Security-Policy" content="default-src 'none'; /,
    );
    expect(allure.length).toBeGreaterThan(100_000);
    expect((await readdir(folder)).sort()).toEqual([
      'allure',
      'badge.svg',
      'junit.xml',
      'promotion',
      'run.json',
    ]);
  }, 90_000);

  it('keeps the Allure page of the run whose results a later run takes, and makes another when a result differs', async () => {
    const publish = async (record: RunRecord): Promise<void> => {
      await markRunning(folder, record);
      const reporter = open('plain');
      reporter.report(finished(record));
      await reporter.close();
    };
    const reusing: RunRecord = {
      ...failingRecord,
      runId: 'later',
      stages: failingRecord.stages.map((stage) => ({
        ...stage,
        reused: { runId: failingRecord.runId, at: stage.startedAt },
      })),
    };
    await publish(failingRecord);
    const first = await stat(join(folder, 'allure/index.html'));
    await writeFile(join(folder, 'allure/mark'), 'of the first');
    await publish(reusing);
    expect(await readFile(join(folder, 'allure/mark'), 'utf8')).toBe('of the first');
    expect((await stat(join(folder, 'allure/index.html'))).size).toBe(first.size);
    await publish({ ...reusing, stages: reusing.stages.slice(1) });
    expect(await readdir(join(folder, 'allure'))).not.toContain('mark');
  }, 120_000);

  it('takes away what an older run left and this one did not write, and links to nothing that is not there', async () => {
    await writeFile(join(folder, 'allure'), 'of an older run');
    const reporter = open('plain');
    reporter.report(finished(interrupted(passingRecord)));
    const files = await reporter.close();
    expect(files).not.toContain(join(folder, 'allure/index.html'));
    expect(await readdir(folder)).not.toContain('allure');
    expect(await readFile(join(folder, 'promotion/index.html'), 'utf8')).not.toContain('../allure');
  });

  it('keeps whole reports of one of two runs that end together', async () => {
    const reporters = [passingRecord, failingRecord].map((record) => {
      const reporter = open('json');
      reporter.report(finished(interrupted({ ...record, runId: `run-${record.verdict}` })));
      return reporter;
    });
    await Promise.all(reporters.map((reporter) => reporter.close()));
    const { runId } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'));
    expect(await readFile(join(folder, 'promotion/index.html'), 'utf8')).toContain(runId);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('prints one document and nothing else as json', async () => {
    const reporter = open('json');
    reporter.report({ kind: 'notice', text: 'not to be seen' });
    reporter.report(finished(interrupted(passingRecord)));
    await reporter.close();
    expect(JSON.parse(printed)).toEqual(interrupted(passingRecord));
    expect(printed.trimEnd().split('\n')).toHaveLength(1);
  });

  it('prints a line for what ends, and the addresses of the cluster, in plain mode', async () => {
    const reporter = open('plain');
    const steps = [{ id: 'verify unit orders', title: 'unit', phase: 'dev' }];
    reporter.report({ kind: 'run-started', runId: 'r1', system: 'shop', runtime: 'process', steps });
    reporter.report({
      kind: 'cluster-ready',
      marathonUrl: 'http://127.0.0.1:8080/',
      mesosUrl: 'http://127.0.0.1:5050/',
      credentialsFile: null,
      edgeUrl: 'http://127.0.0.1:9090/',
      agents: 3,
      durationMs: 640,
    });
    const base = { file: 'suites/unit/orders/a.test.ts', durationMs: 1 };
    reporter.report({
      kind: 'test-finished',
      stage: 'unit',
      service: 'orders',
      test: { ...base, name: 'adds up', outcome: 'fail', failure: { message: 'expected 3\nand more' } },
    });
    reporter.report({
      kind: 'test-finished',
      stage: 'unit',
      service: 'orders',
      test: { ...base, name: 'takes away', outcome: 'pass' },
    });
    reporter.report({ kind: 'step-finished', step: 'verify unit orders', outcome: 'fail', durationMs: 1200 });
    await reporter.close();
    expect(printed.split('\n')).toEqual([
      'shop · run r1 · process runtime',
      '✓ Marathon http://127.0.0.1:8080/  Mesos http://127.0.0.1:5050/  3 agents, ready in 640 ms',
      '✗ orders · unit: adds up',
      '    expected 3',
      '✗ unit 1.2 s 1 of 2 failed',
      '',
    ]);
  });

  it('appends a summary where a CI asks for one', async () => {
    const summaryFile = join(folder, 'summary.md');
    await writeFile(summaryFile, 'before\n');
    const reporter = openReporter({ folder, mode: 'json', colour: false, write: () => {}, summaryFile });
    reporter.report(finished(interrupted(passingRecord)));
    await reporter.close();
    expect(await readFile(summaryFile, 'utf8')).toMatch(/^before\n## ✓ shop: /);
  });

  it('says on the last page that reports could not be written, and still answers', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    const reporter = open('plain');
    reporter.report(finished(passingRecord));
    expect(await reporter.close()).toEqual([]);
    expect(printed).toContain('May it go to production? ✓ Yes.');
    expect(printed).toMatch(/note: The reports could not be written to .+ EEXIST/);
  });
});
