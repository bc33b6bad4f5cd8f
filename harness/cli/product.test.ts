import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openLedger } from '../ledger/index.ts';
import { Project, type RunningCommand } from './rig.ts';

/** The commands as a user gives them, on a project of two small services: the process runtime, a real cluster, real ledger. */
let project: Project;

beforeEach(async () => {
  project = await Project.createRunnable();
});

afterEach(() => project[Symbol.asyncDispose]());

const slow = { timeout: 240_000 };

interface RunReport {
  readonly verdicts: readonly {
    readonly service: string;
    readonly to: string;
    readonly kind: string;
    readonly checks: readonly { readonly reason: string }[];
  }[];
  readonly stages: readonly { readonly service: string; readonly status: string; readonly reused?: object }[];
}

const report = async (): Promise<RunReport> => (await project.json('reports/run.json')) as RunReport;
const outcomes = async (): Promise<readonly string[]> =>
  (await report()).verdicts.map(({ service, to, kind }) => `${service} to ${to}: ${kind}`).toSorted();

test('run promotes, remembers, and notices what changed', slow, async () => {
  const first = await project.stagegate('run');
  expect(first, first.stdout).toMatchObject({ exitCode: 0 });
  expect(await outcomes()).toEqual(['orders to production: pass', 'payments to production: pass']);

  const again = await project.stagegate('run');
  expect(again).toMatchObject({ exitCode: 0 });
  expect((await report()).stages.map(({ reused }) => reused !== undefined)).toEqual([true, true, true, true]);

  const taken = await project.stagegate('why', '--reuse', 'unit payments');
  expect(taken.stdout).toMatch(/^unit payments: the result of run \S+ \(.*\) is taken\.$/m);
  const why = await project.stagegate('why', 'orders', '--to', 'production');
  expect(why).toMatchObject({ exitCode: 0 });

  await project.write(
    'suites/unit/payments/sum.test.ts',
    "import { expect, test } from 'vitest';\ntest('one and one are three', () => expect(1 + 1).toBe(3));\n",
  );
  const changed = await project.stagegate('why', '--reuse', 'unit payments');
  expect(changed.stdout).toMatch(
    /^unit payments: it will be done\. Since run \S+:\n {2}suites: suites\/unit\/payments\/sum\.test\.ts changed$/m,
  );
  const broken = await project.stagegate('run');
  expect(broken).toMatchObject({ exitCode: 1 });
  expect(broken.stdout).toContain('one and one are three');
  const { verdicts } = await report();
  const payments = verdicts.find(({ service }) => service === 'payments');
  expect(payments).toMatchObject({ kind: 'fail' });
  expect(payments?.checks.map(({ reason }) => reason).join()).toContain('one and one are three');
});

test('a run that was killed half-way is continued by the next, with the same verdict', slow, async () => {
  const killed: RunningCommand = project.start('run');
  await vi.waitFor(
    async () => {
      const { entries } = await openLedger(project.root);
      expect(entries.some(({ record }) => record.kind === 'evidence')).toBe(true);
    },
    { timeout: 120_000, interval: 50 },
  );
  await killed.kill();
  const next = await project.stagegate('run');
  expect(next, next.stdout).toMatchObject({ exitCode: 0 });
  expect(await outcomes()).toEqual(['orders to production: pass', 'payments to production: pass']);
  expect(await project.filesIn('.stagegate/runs')).toEqual([]);
});

test('two runs at once in one checkout both get their answer, and the ledger has both', slow, async () => {
  const told = await Promise.all([project.stagegate('run', '--fresh'), project.stagegate('run', '--fresh')]);
  expect(told.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const { entries } = await openLedger(project.root);
  expect(entries.filter(({ record }) => record.kind === 'run')).toHaveLength(2);
});

test('stage runs one stage of one service', slow, async () => {
  const told = await project.stagegate('stage', 'unit', 'orders');
  expect(told, told.stdout).toMatchObject({ exitCode: 0 });
  expect((await report()).stages).toMatchObject([{ service: 'orders', status: 'pass' }]);
});

test('up serves the whole system until it is interrupted, and status says so', slow, async () => {
  const up = project.start('up');
  const orders = (await up.lineLike(/\/orders http/)).split(' ').at(-1) ?? '';
  expect(await (await fetch(new URL('/upstream', orders))).text()).toBe('payments');
  expect((await project.stagegate('status')).stdout).toMatch(/orders/);
  const again = await project.stagegate('up');
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(orders) });
  expect(again.stdout).toContain('It is up already');
  expect(await up.interrupt()).toBe(130);
  await expect(fetch(orders)).rejects.toThrow();
});

test('watch answers a save with what it changes, and says what broke', slow, async () => {
  const watch = project.start('watch');
  await watch.lineLike(/^Watching/);
  await project.write('services/payments/extra.mjs', 'export const extra = 1;\n');
  await watch.lineLike(/build payments/);
  await watch.lineLike(/deploy payments to dev/);
  await watch.lineLike(/all good after/);
  await project.write(
    'suites/unit/orders/sum.test.ts',
    "import { expect, test } from 'vitest';\ntest('one and one are three', () => expect(1 + 1).toBe(3));\n",
  );
  await watch.lineLike(/sum\.test\.ts: one and one are three/);
  await watch.lineLike(/broken after .*: unit orders$/);
  expect(await watch.interrupt()).toBe(130);
});
