import { expect, it } from 'vitest';
import { renderBadge } from './badge.ts';
import { brokenRecord, failingRecord, passingRecord } from './sample-records.ts';

it.each([
  ['deployed', passingRecord],
  ['rejected', failingRecord],
  ['unknown', brokenRecord],
])('says %s in words', (word, record) => {
  expect(renderBadge(record)).toContain(`aria-label="production: ${word}"`);
});

it('takes a name with markup as text', () => {
  const badge = renderBadge({ ...passingRecord, target: '<script>&"' });
  expect(badge).not.toContain('<script>');
  expect(badge).toContain('&lt;script>&amp;&quot;: deployed');
});
