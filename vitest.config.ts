import { defineConfig } from 'vitest/config';

/** For the harness's own tests, beside their files. What is under `suites/` is run by the stage runner. */
export default defineConfig({
  test: {
    include: ['harness/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
