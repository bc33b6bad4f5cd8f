import { expect, test } from 'vitest';
import { requestId, requestTag } from './request-tag.ts';

test('the ids of a test are UUIDs that begin alike, and no two are the same', () => {
  const tag = requestTag('suites/a.test.ts', 'it works');
  const ids = [requestId(tag, 4711, 1), requestId(tag, 4711, 2), requestId(tag, 4712, 1)];
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(id.startsWith(tag)).toBe(true);
  }
  expect(requestTag('suites/a.test.ts', 'it works not')).not.toBe(tag);
});
