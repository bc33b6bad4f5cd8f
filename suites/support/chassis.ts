import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type * as http from '../../services/gateway/src/chassis/http.ts';
import type * as log from '../../services/gateway/src/chassis/log.ts';
import type * as settings from '../../services/gateway/src/chassis/settings.ts';
import { ask } from './ask.ts';
import { logging, quiet } from './http-options.ts';

export type Chassis = Pick<typeof http, 'ApiError' | 'httpApp' | 'readBody'> &
  Pick<typeof log, 'createLog'> &
  Pick<typeof settings, 'httpSettings' | 'readSettings'>;

/** Each service ships a chassis of its own, so each is asked for itself: settings, request ids, health, errors, bodies. */
export function testChassis(chassis: Chassis): void {
  describe('settings', () => {
    const schema = z.object({ ...chassis.httpSettings, DATABASE_URL: z.url() });

    test('have defaults where that is safe', () => {
      expect(chassis.readSettings(schema, { DATABASE_URL: 'postgres://db/x' })).toMatchObject({
        PORT: 8080,
        LISTEN_ADDRESS: '0.0.0.0',
        DRAIN_MS: 500,
      });
    });

    test('name every problem at once, and no secret', () => {
      const read = () => chassis.readSettings(schema, { PORT: '99999', DATABASE_URL: 'hunter2' });
      expect(read).toThrow(/PORT: .*\nDATABASE_URL: /);
      expect(read).not.toThrow(/hunter2/);
      expect(() => chassis.readSettings(schema, {})).toThrow('DATABASE_URL is not set');
    });
  });

  describe('an HTTP app', () => {
    test('takes over a request id, answers with it, and logs it', async () => {
      const options = logging(chassis.createLog);
      const answer = await ask(chassis.httpApp(options), 'GET', '/nowhere', undefined, {
        'x-request-id': 'req-7',
      });
      expect(answer.headers.get('x-request-id')).toBe('req-7');
      expect(options.lines).toMatchObject([
        { requestId: 'req-7', method: 'GET', path: '/nowhere', status: 404 },
      ]);
    });

    test.each(['', 'two words', 'x'.repeat(129)])('makes an id of its own instead of %o', async (id) => {
      const answer = await ask(chassis.httpApp(quiet()), 'GET', '/nowhere', undefined, {
        'x-request-id': id,
      });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    test('is ready unless its dependency fails or it is stopping', async () => {
      const ready = await ask(chassis.httpApp(quiet()), 'GET', '/health/ready');
      const broken = await ask(
        chassis.httpApp({ ...quiet(), ready: () => Promise.reject(new Error('no')) }),
        'GET',
        '/health/ready',
      );
      const stopping = await ask(
        chassis.httpApp({ ...quiet(), stopping: AbortSignal.abort() }),
        'GET',
        '/health/ready',
      );
      expect([ready.status, broken.status, stopping.status]).toEqual([200, 503, 503]);
    });

    test('stays live while it is stopping, and asks clients to let go', async () => {
      const app = chassis.httpApp({ ...quiet(), stopping: AbortSignal.abort() });
      app.get('/work', (c) => c.json({}));
      expect((await ask(app, 'GET', '/health/live')).status).toBe(200);
      expect((await ask(app, 'GET', '/work')).headers.get('connection')).toBe('close');
    });

    test('answers errors with status, code and details, and hides what was not foreseen', async () => {
      const options = logging(chassis.createLog);
      const app = chassis.httpApp(options);
      app.get('/refused', () => {
        throw new chassis.ApiError(409, 'taken', 'It is taken.', { by: 'ada' });
      });
      app.get('/broken', () => {
        throw new Error('password=hunter2');
      });
      expect((await ask(app, 'GET', '/refused')).body).toEqual({
        error: { code: 'taken', message: 'It is taken.', by: 'ada' },
      });
      const broken = await ask(app, 'GET', '/broken');
      expect(broken).toMatchObject({ status: 500, body: { error: { code: 'internal_error' } } });
      expect(JSON.stringify(broken.body)).not.toContain('hunter2');
      expect(JSON.stringify(options.lines)).toContain('hunter2');
    });

    test.each([
      ['is not JSON', '{', 400, 'invalid_json'],
      ['does not fit', '{"a": 1}', 400, 'invalid_request'],
      ['is too large', JSON.stringify({ a: 'x'.repeat(70_000) }), 413, 'body_too_large'],
    ])('refuses a body that %s', async (_, body, status, code) => {
      const app = chassis.httpApp(quiet());
      app.post('/', async (c) => c.json(await chassis.readBody(c, z.object({ a: z.string() }))));
      expect(await ask(app, 'POST', '/', body)).toMatchObject({ status, body: { error: { code } } });
    });
  });
}
