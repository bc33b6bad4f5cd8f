import { expect, test } from 'vitest';
import { readJunit } from './junit-results.ts';

const dialects: readonly (readonly [runner: string, xml: string, expected: readonly string[]])[] = [
  [
    'pytest',
    `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3" time="0.05">
      <testcase classname="tests.test_app" name="test_ok" time="0.001" />
      <testcase classname="tests.test_app" name="test_bad" time="0.002"><failure message="assert 1 == 2">def test_bad():&#10;&gt; assert 1 == 2</failure></testcase>
      <testcase classname="tests.test_app" name="test_later" time="0.0"><skipped type="pytest.skip" message="later">x</skipped></testcase>
    </testsuite></testsuites>`,
    [
      'tests.test_app > test_ok pass',
      'tests.test_app > test_bad fail',
      'tests.test_app > test_later skipped',
    ],
  ],
  [
    'Surefire',
    `<testsuite name="OrdersTest" tests="2" errors="1" skipped="0" failures="0"><properties/>
      <testcase name="adds" classname="shop.OrdersTest" time="0.02"/>
      <testcase name="breaks" classname="shop.OrdersTest" time="0.1"><error message="no store" type="java.net.ConnectException">java.net.ConnectException: no store</error><system-out>log</system-out></testcase></testsuite>`,
    ['shop.OrdersTest > adds pass', 'shop.OrdersTest > breaks fail'],
  ],
  [
    'mocha xunit',
    '<testsuite name="Mocha Tests" tests="2" failures="0" errors="0" skipped="1" timestamp="x" time="0.01"><testcase classname="orders" name="orders are listed" time="0.001"/><testcase classname="orders" name="later" time="0"><skipped/></testcase></testsuite>',
    ['orders are listed pass', 'orders > later skipped'],
  ],
  [
    'jest-junit, nested and with one suite that could not be loaded',
    `<testsuites name="jest tests" tests="1" failures="0" errors="0"><testsuite name="total" errors="0" failures="0" skipped="0" tests="1"><testcase classname="total adds" name="total adds" time="0.004"/></testsuite>
      <testsuite name="broken.test.js" errors="1" failures="0" skipped="0" tests="0"></testsuite></testsuites>`,
    ['total adds pass', 'broken.test.js fail'],
  ],
  [
    'gotestsum',
    '<testsuites tests="1" failures="0" errors="0"><testsuite tests="1" failures="0" time="0.003" name="example.com/orders"><properties/><testcase classname="example.com/orders" name="TestTotal/empty" time="0.000"></testcase></testsuite></testsuites>',
    ['example.com/orders > TestTotal/empty pass'],
  ],
  [
    'nested suites that count what is inside them',
    '<testsuites><testsuite name="outer" tests="2" failures="1"><testsuite name="inner" tests="2" failures="1"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite></testsuite></testsuites>',
    ['inner > a pass', 'inner > b fail'],
  ],
];

test.each(dialects)('the JUnit file of %s is read', (_, xml, expected) => {
  const read = readJunit(xml);
  expect(read.kind === 'cases' && read.cases.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
    expected,
  );
});

const brokenFiles: readonly (readonly [what: string, xml: string, because: RegExp])[] = [
  ['cut off', '<testsuites><testsuite name="a" tests="2"><testcase name="x"/>', /no whole XML/],
  ['empty', '', /empty/],
  ['something else', '<html><body/></html>', /no JUnit file/],
  [
    'fewer cases than it says',
    '<testsuite name="a" tests="3"><testcase name="x"/></testsuite>',
    /says that it has 3 tests, and 1/,
  ],
];

test.each(brokenFiles)('a file that is %s proves nothing', (_, xml, because) => {
  const read = readJunit(xml);
  expect(read.kind === 'broken' && read.because).toMatch(because);
});

test('a failure carries its message, and its text as the stack', () => {
  const read = readJunit(
    '<testsuite tests="1"><testcase name="x" time="1,200.5"><failure message="got &lt;3&gt;">at line 12</failure></testcase></testsuite>',
  );
  expect(read).toMatchObject({
    cases: [{ failure: { message: 'got <3>', stack: 'at line 12' }, durationMs: 1_200_500 }],
  });
});
