import type { Subject } from 'stagegate/testing';
import { describe, expect, test } from 'vitest';
import { http } from './call.ts';

/** What holds for every service as it is deployed; `writes` is one of its POST routes. Goes last: it ends the task. */
export function deployedServiceTests(subject: () => Subject, writes: string): void {
  const at = (path: string) => `${subject().url}${path}`;
  const json = { 'content-type': 'application/json' };

  describe('as a deployed service', () => {
    test('it is live and ready', async () => {
      expect(await http.get(at('/health/live'))).toMatchObject({ status: 200, data: { status: 'live' } });
      expect(await http.get(at('/health/ready'))).toMatchObject({ status: 200, data: { status: 'ready' } });
    });

    test('it answers with the request id it was given, or makes one', async () => {
      const given = await http.get(at('/nowhere'), { headers: { 'x-request-id': 'functional-7' } });
      expect(given.headers['x-request-id']).toBe('functional-7');
      expect((await http.get(at('/nowhere'))).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });

    test.each([
      ['half a document', '{"a":', 400, 'invalid_json'],
      ['a list', '[]', 400, 'invalid_request'],
      ['nothing', 'null', 400, 'invalid_request'],
      ['far too much', `"${'x'.repeat(100_000)}"`, 413, 'body_too_large'],
    ])('it refuses %s and goes on', async (_, body, status, code) => {
      const headers = { ...json, 'idempotency-key': 'bad-input' };
      const answer = await http.post(at(writes), body, { headers, transformRequest: (raw) => raw });
      expect(answer).toMatchObject({ status, data: { error: { code } } });
      expect((await http.get(at('/health/ready'))).status).toBe(200);
    });

    test('it says plainly that a route is not there', async () => {
      const answer = await http.delete(at('/nowhere'));
      expect(answer).toMatchObject({ status: 404, data: { error: { code: 'no_such_route' } } });
    });

    test('it ends by itself when it is told to', async () => {
      const stopped = await subject().stopOne();
      expect(stopped, stopped.message).toMatchObject({ graceful: true });
    });
  });
}
