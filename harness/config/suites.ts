import type { z } from 'zod';
import type { SuiteConfig } from './config.ts';
import type { suiteCommand } from './schema-service.ts';

/** A suite that a command runs, with its defaults filled in. */
export function suiteOf(written: z.input<typeof suiteCommand>, folder: string): SuiteConfig {
  const { run, junit, minimum = 1, timeoutSeconds = 300 } = written;
  return { run, junit, folder, minimum, timeoutMs: timeoutSeconds * 1000 };
}
