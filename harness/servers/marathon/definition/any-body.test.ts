import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyUpdate, parseApp, parseAppUpdate, readGroupUpdate, renderApp } from './index.ts';
import { appShape } from './shape-app.ts';

const now = '2026-01-02T03:04:05.678Z';

const members = [
  ...Object.keys(appShape),
  'docker',
  'portMappings',
  'volumes',
  'value',
  'protocol',
  'mode',
  'image',
];
const word = fc.constantFrom(
  'DOCKER',
  'MESOS',
  'host',
  'HTTP',
  'COMMAND',
  'UNIQUE',
  'disabled',
  '/a',
  '..',
  '',
  'tcp',
);

/** Anything, but more often something that looks like a definition. */
const { body } = fc.letrec<{ body: unknown; object: unknown }>((tie) => ({
  object: fc.dictionary(fc.constantFrom(...members), tie('body'), { maxKeys: 6 }),
  body: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      word,
      fc.integer({ min: -1, max: 70_000 }),
      fc.boolean(),
      fc.constant(null),
      fc.jsonValue({ maxDepth: 1 }),
    ),
    tie('object'),
    fc.array(tie('body'), { maxLength: 3 }),
  ),
}));

const nearlyAnApp = fc
  .dictionary(fc.constantFrom(...members), body, { maxKeys: 4 })
  .map((given) => ({ cmd: 'sleep 1', ...given, id: '/a' }));

it('no body makes reading throw, and what is accepted prints as a definition that reads the same', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(body, nearlyAnApp), (json) => {
      const outcome = parseApp(json, { now });
      if (outcome.kind === 'refused') return;
      accepted += 1;
      const printed = JSON.parse(JSON.stringify(renderApp(outcome.value)));
      expect(parseApp(printed, { now })).toEqual(outcome);
    }),
    { numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(50);
});

it('no update and no group makes reading throw', () => {
  const current = parseApp({ id: '/a', cmd: 'sleep 1' }, { now });
  if (current.kind === 'refused') throw new Error('refused');
  fc.assert(
    fc.property(fc.oneof(body, nearlyAnApp), fc.boolean(), (json, partial) => {
      readGroupUpdate(json);
      const update = parseAppUpdate(json);
      if (update.kind === 'refused') return;
      applyUpdate({ id: '/a', current: current.value, update: update.value, partial, now });
    }),
    { numRuns: 3000 },
  );
});
