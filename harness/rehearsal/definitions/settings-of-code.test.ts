import { expect, test } from 'vitest';
import { settingsOfJavaScript } from './settings-of-javascript.ts';
import { settingsOfPython } from './settings-of-python.ts';

test.each<[string, string, boolean, string | null]>([
  ['const url = process.env.DATABASE_URL;', 'DATABASE_URL', true, null],
  ["connect(process.env['DATABASE_URL'] as string)", 'DATABASE_URL', true, null],
  ['const port = Number(process.env.STOCK_PORT ?? 8080);', 'STOCK_PORT', false, '8080'],
  ["const level = process.env.LOG_LEVEL || 'info';", 'LOG_LEVEL', false, 'info'],
  ["if (process.env.FEATURE_X === 'on') start();", 'FEATURE_X', false, null],
  ['const { REDIS_URL } = process.env;', 'REDIS_URL', true, null],
  ["const { REDIS_URL = 'redis://localhost' } = process.env;", 'REDIS_URL', false, 'redis://localhost'],
  ['const Settings = z.object({ CATALOG_URL: z.url() });', 'CATALOG_URL', true, null],
  ['const s = { DRAIN_MS: z.coerce.number().int().min(0).default(500) };', 'DRAIN_MS', false, '500'],
  ['const s = { TOKEN_KEY: z.string().optional() };', 'TOKEN_KEY', false, null],
  ['cleanEnv(process.env, { API_URL: url(), })', 'API_URL', true, null],
  ["cleanEnv(process.env, { API_URL: url({ default: 'x' }) })", 'API_URL', false, null],
])('%s reads %s', async (code, name, required, fallback) => {
  expect(await settingsOfJavaScript(code, 'src/a.ts')).toEqual([
    { name, required, fallback, file: 'src/a.ts' },
  ]);
});

test('constants, comments and headers are no settings', async () => {
  const code = `
    // process.env.OLD_ONE is gone
    const MAX_ITEMS = 3; const codes = { NOT_FOUND: 404, label: 'process.env.TEXT_ONLY' };
    fetch(url, { headers: { ACCEPT: 'x' } });`;
  expect(await settingsOfJavaScript(code, 'a.ts')).toEqual([]);
});

test.each<[string, string, boolean, string | null]>([
  ["os.environ['DB_URL']", 'DB_URL', true, null],
  ["os.environ.get('DB_URL', 'sqlite://')", 'DB_URL', false, 'sqlite://'],
  ["os.getenv('DRAIN_MS', 500)", 'DRAIN_MS', false, '500'],
  ["os.getenv('DRAIN_MS')", 'DRAIN_MS', false, null],
])('%s in Python reads %s', async (code, name, required, fallback) => {
  expect(await settingsOfPython(code, 'app.py')).toEqual([{ name, required, fallback, file: 'app.py' }]);
});
