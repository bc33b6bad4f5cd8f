import { describe, expect, it } from 'vitest';
import { problemsOf } from '../testing/parsed.ts';

describe('a member of the wrong kind', () => {
  const cases: readonly (readonly [string, unknown, Record<string, readonly string[]>])[] = [
    ['no id', { cmd: 'sleep 1' }, { '/id': [`'id' is undefined on object: {"cmd":"sleep 1"}`] }],
    ['capital letters in the id', { id: '/Foo' }, { '/id': ['error.pattern'] }],
    ['text for a number', { id: '/a', instances: '2' }, { '/instances': ['error.expected.jsnumber'] }],
    ['half an instance', { id: '/a', instances: 1.5 }, { '/instances': ['error.expected.int'] }],
    [
      'a number below its bound',
      { id: '/a', cpus: 0, mem: -1 },
      { '/cpus': ['error.min'], '/mem': ['error.min'] },
    ],
    ['a number for text', { id: '/a', cmd: 1 }, { '/cmd': ['error.expected.jsstring'] }],
    ['an empty command', { id: '/a', cmd: '' }, { '/cmd': ['error.minLength'] }],
    [
      'a number past all bounds',
      { id: '/a', cpus: Number.POSITIVE_INFINITY },
      { '/cpus': ['error.expected.jsnumber'] },
    ],
    ['text for a list', { id: '/a', args: 'x' }, { '/args': ['error.expected.jsarray'] }],
    ['a list for an object', { id: '/a', labels: [] }, { '/labels': ['error.expected.jsobject'] }],
    ['a number among labels', { id: '/a', labels: { a: 1 } }, { '/labels/a': ['error.expected.jsstring'] }],
    ['text for a flag', { id: '/a', requirePorts: 'yes' }, { '/requirePorts': ['error.expected.jsboolean'] }],
    [
      'an unknown word',
      { id: '/a', killSelection: 'X' },
      { '/killSelection': ['error.unknown.enum.literal'] },
    ],
    [
      'a capacity above 1',
      { id: '/a', upgradeStrategy: { minimumHealthCapacity: 1.5 } },
      {
        '/upgradeStrategy/minimumHealthCapacity': ['error.max'],
        '/upgradeStrategy/maximumOverCapacity': [
          `'maximumOverCapacity' is undefined on object: {"minimumHealthCapacity":1.5}`,
        ],
      },
    ],
    [
      'a port out of range',
      { id: '/a', portDefinitions: [{ port: 1 }, { port: 70000 }] },
      {
        '/portDefinitions(1)/port': ['error.max'],
      },
    ],
    [
      'a number in a constraint',
      { id: '/a', constraints: [['a', 'MAX_PER', 2]] },
      {
        '/constraints(0)(2)': ['error.expected.jsstring'],
      },
    ],
    ['a list as body', [], { '/': ['error.expected.jsobject'] }],
  ];
  it.each(cases)('is refused under its path: %s', (_what, body, expected) => {
    const named = Object.entries(expected).map(([path, errors]) => [`invalid-json ${path}`, errors]);
    expect(problemsOf(body)).toEqual(Object.fromEntries(named));
  });
});

it.each([
  ['/', 'slashes'],
  ['a', 'letters'],
  ['a.', 'dots'],
  ['a-', 'hyphens'],
  ['../', 'steps up'],
  ['a/', 'segments'],
])('an id of thousands of %j is refused at once', (part) => {
  expect(problemsOf({ id: `${part.repeat(5_000)}!`, cmd: 'x y' })).toEqual({
    'invalid-json /id': ['error.pattern'],
  });
});
