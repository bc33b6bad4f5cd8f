import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandSuite } from '../../model/index.ts';
import { openStageRig, type StageRig } from '../stage-rig.ts';

const junit = (cases: string, tests = 1): string =>
  `<testsuite name="s" tests="${tests}">${cases}</testsuite>`;
const one = junit('<testcase name="adds"/>');

/** A suite whose command is a shell script. */
function suite(rig: StageRig, run: string, more: Partial<CommandSuite> = {}): CommandSuite {
  return {
    kind: 'command',
    run,
    folder: rig.root,
    results: null,
    minimum: 1,
    timeoutMs: 20_000,
    shared: false,
    ...more,
  };
}

const write = (xml: string, file = '$STAGEGATE_RESULTS/r.xml'): string => `printf '%s' '${xml}' > "${file}"`;

test('results of any runner are bound to the digest', async () => {
  await using rig = await openStageRig();
  const [result] = await rig.run('unit', ['orders'], { suites: { orders: suite(rig, write(one)) } });
  expect(result).toMatchObject({
    status: 'pass',
    tests: { passed: 1, failed: 0 },
    digest: `sha256:${'a'.repeat(64)}`,
  });
});

test('a failing test is a fail, whatever the exit code says', async () => {
  await using rig = await openStageRig();
  const bad = junit('<testcase classname="s" name="adds"><failure message="3 is not 4"/></testcase>');
  const [result] = await rig.run('unit', ['orders'], { suites: { orders: suite(rig, write(bad)) } });
  expect(result).toMatchObject({ status: 'fail', because: 's > adds: 3 is not 4' });
});

const doubtful: readonly (readonly [what: string, run: string, because: RegExp])[] = [
  [
    'crashes before it writes anything',
    'echo "ImportError: no app" >&2; exit 2',
    /exit code 2.*ImportError: no app/,
  ],
  ['writes no result', 'true', /wrote no result into \$STAGEGATE_RESULTS/],
  ['writes a truncated result', write('<testsuite tests="1"><testcase name="a"/>'), /no whole XML/],
  ['writes a result without tests', write(junit('', 0)), /SG_NO_TESTS/],
  ['writes passing tests and then crashes', `${write(one)}; kill -SEGV $$`, /killed by a signal/],
  [
    'passes every test and ends with an error',
    `${write(one)}; exit 1`,
    /exit code 1, and no test in its results failed/,
  ],
];

test.each(doubtful)('a runner that %s is inconclusive', async (_, run, because) => {
  await using rig = await openStageRig();
  const [result] = await rig.run('unit', ['orders'], { suites: { orders: suite(rig, run) } });
  expect(result?.status).toBe('inconclusive');
  expect(result?.because).toMatch(because);
});

test('a runner that never ends is killed and inconclusive', async () => {
  await using rig = await openStageRig();
  const [result] = await rig.run('unit', ['orders'], {
    suites: { orders: suite(rig, 'sleep 600 & sleep 600', { timeoutMs: 300 }) },
  });
  expect(result).toMatchObject({
    status: 'inconclusive',
    because: expect.stringContaining('did not end within 0.3 s'),
  });
  expect(await rig.processes()).toEqual([]);
});

test('a result file of an earlier run is not taken for this one', async () => {
  await using rig = await openStageRig();
  await mkdir(join(rig.root, 'out'));
  await writeFile(join(rig.root, 'out', 'r.xml'), one);
  await utimes(join(rig.root, 'out', 'r.xml'), new Date(0), new Date(0));
  const [result] = await rig.run('unit', ['orders'], {
    suites: { orders: suite(rig, 'true', { results: 'out/*.xml' }) },
  });
  expect(result).toMatchObject({
    status: 'inconclusive',
    because: expect.stringMatching(/out\/r\.xml is of an earlier run/),
  });
});

test('a file written again with the same content counts', async () => {
  await using rig = await openStageRig();
  await mkdir(join(rig.root, 'out'));
  await writeFile(join(rig.root, 'out', 'r.xml'), one);
  const [result] = await rig.run('unit', ['orders'], {
    suites: { orders: suite(rig, write(one, 'out/r.xml'), { results: 'out/*.xml' }) },
  });
  expect(result?.status).toBe('pass');
});

test('fewer tests than the minimum are no pass', async () => {
  await using rig = await openStageRig();
  const [result] = await rig.run('unit', ['orders'], {
    suites: { orders: suite(rig, write(one), { minimum: 2 }) },
  });
  expect(result).toMatchObject({ status: 'inconclusive', because: expect.stringContaining('at least 2') });
});

test('a suite of the system runs once and counts for every service without one', async () => {
  await using rig = await openStageRig();
  const run = `echo once >> "${rig.root}/runs"; ${write(one)}; [ "$(wc -l < "${rig.root}/runs")" = 1 ]`;
  const shared = suite(rig, run, { shared: true });
  const results = await rig.run('unit', ['orders', 'catalog'], {
    suites: { orders: shared, catalog: shared },
  });
  expect(results.map(({ service, status }) => `${service} ${status}`)).toEqual([
    'orders pass',
    'catalog pass',
  ]);
});

test('a command is told the stage, its service and its version', async () => {
  await using rig = await openStageRig();
  const run = `[ "$STAGEGATE_STAGE $STAGEGATE_SERVICE $STAGEGATE_VERSION" = "unit orders 1.0.0" ] && grep -q '"service": "orders"' "$STAGEGATE_CONTEXT" && ${write(one)}`;
  const [result] = await rig.run('unit', ['orders'], { suites: { orders: suite(rig, run) } });
  expect(result?.status).toBe('pass');
});
