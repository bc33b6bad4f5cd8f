import type { Config } from '../config/index.ts';

/** Where a run goes unless told otherwise: the last environment. */
export function targetOf(config: Config): string {
  return config.environments.at(-1)?.name ?? '';
}
