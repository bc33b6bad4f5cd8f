import { join } from 'node:path';
import { loadDefaults } from '../plumbing/load-defaults.ts';
import type { Check } from './check.ts';

/** Every check of `checks/`, one a file, in their order. */
export async function loadChecks(): Promise<readonly Check[]> {
  const checks = await loadDefaults<Check>(join(import.meta.dirname, 'checks'));
  return checks.toSorted((a, b) => a.order - b.order);
}
