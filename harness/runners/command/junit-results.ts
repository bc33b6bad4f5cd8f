import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { TestCase } from '../../model/index.ts';
import { broken, type Reported, type ReportedCase } from './reported.ts';

/** An element as the parser gives it: attributes with `@` before their names, text as `#text`. */
type Element = Readonly<Record<string, unknown>>;

const many = new Set(['testsuite', 'testcase', 'failure', 'error', 'skipped']);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: true,
  htmlEntities: true,
  isArray: (name) => many.has(name),
});

/**
 * Test cases of a JUnit file, in the dialects of pytest, Surefire, jest-junit, mocha, gotestsum, Playwright, newman and
 * their like. A file that is cut off, or holds fewer cases than it says, is broken.
 */
export function readJunit(text: string): Reported {
  const xml = text.replace(/^\uFEFF/, '').trim();
  if (xml === '') return broken('it is empty');
  const valid = XMLValidator.validate(xml);
  if (valid !== true) return broken(`it is no whole XML (line ${valid.err.line}: ${valid.err.msg})`);
  let document: Element;
  try {
    document = parser.parse(xml) as Element;
  } catch (error) {
    return broken(`it cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  const roots = document.testsuites === undefined ? list(document.testsuite) : list(document.testsuites);
  if (roots.length === 0)
    return broken('it is no JUnit file: its first element is neither testsuites nor testsuite');
  const suites = roots.flatMap(suitesIn);
  const short = suites.find((suite) => declared(suite) > list(suite.testcase).length);
  if (short !== undefined) {
    return broken(
      `suite "${attribute(short, 'name') ?? ''}" says that it has ${attribute(short, 'tests')} tests, and ${list(short.testcase).length} are in the file`,
    );
  }
  return { kind: 'cases', cases: suites.flatMap(casesOf) };
}

/** A suite and those inside it. */
function suitesIn(suite: Element): readonly Element[] {
  return [suite, ...list(suite.testsuite).flatMap(suitesIn)];
}

/** How many cases must be in a suite itself; one with suites inside counts theirs, and some runners leave skipped ones out. */
function declared(suite: Element): number {
  if (list(suite.testsuite).length > 0) return 0;
  const skipped = number(attribute(suite, 'skipped') ?? attribute(suite, 'disabled'));
  return number(attribute(suite, 'tests')) - skipped;
}

function casesOf(suite: Element): readonly ReportedCase[] {
  const cases = list(suite.testcase).map((testcase) => caseOf(testcase, suite));
  // An error of the suite itself, such as a file that could not be loaded, belongs to no case.
  const told = number(attribute(suite, 'errors')) + number(attribute(suite, 'failures'));
  const isLeaf = list(suite.testsuite).length === 0;
  if (!isLeaf || told === 0 || cases.some(({ outcome }) => outcome === 'fail')) return cases;
  const name = attribute(suite, 'name') ?? 'the suite';
  const message = `the suite counts ${told} failed, and no test case in the file says which`;
  return [...cases, { name, file: null, outcome: 'fail', durationMs: 0, failure: { message } }];
}

function caseOf(testcase: Element, suite: Element): ReportedCase {
  const failures = [...list(testcase.failure), ...list(testcase.error)];
  const status = attribute(testcase, 'status');
  const skipped = list(testcase.skipped).length > 0 || status === 'notrun' || status === 'disabled';
  const outcome: TestCase['outcome'] = failures.length > 0 ? 'fail' : skipped ? 'skipped' : 'pass';
  const [first] = failures;
  return {
    name: nameOf(testcase, suite),
    file: attribute(testcase, 'file') ?? attribute(suite, 'file') ?? null,
    outcome,
    durationMs: Math.round(number(attribute(testcase, 'time')) * 1000),
    ...(first === undefined ? {} : { failure: failureOf(first) }),
  };
}

function nameOf(testcase: Element, suite: Element): string {
  const name = attribute(testcase, 'name') ?? 'without a name';
  const group = attribute(testcase, 'classname') ?? attribute(suite, 'name') ?? '';
  return group === '' || name.startsWith(group) ? name : `${group} > ${name}`;
}

function failureOf(failure: Element): NonNullable<TestCase['failure']> {
  const text = textOf(failure);
  const message =
    attribute(failure, 'message') || text.split('\n', 1)[0] || attribute(failure, 'type') || 'failed';
  return text === '' || text === message ? { message } : { message, stack: text };
}

/** An element without attributes and children is only its text. */
function list(value: unknown): readonly Element[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((one) =>
    typeof one === 'object' && one !== null ? (one as Element) : { '#text': one },
  );
}

function textOf(element: Element): string {
  const text = element['#text'];
  return typeof text === 'string' ? text : '';
}

function attribute(element: Element, name: string): string | undefined {
  const value = element[`@${name}`];
  return typeof value === 'string' ? value : undefined;
}

function number(text: string | undefined): number {
  const value = Number((text ?? '0').replaceAll(',', ''));
  return Number.isFinite(value) ? value : 0;
}
