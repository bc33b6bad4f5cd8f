import type { Config } from '../../config/index.ts';
import type { LockStep } from '../../steps/index.ts';
import { isLasting, platformOf } from './steps.ts';

export interface LockOptions {
  readonly command: string;
  /** Ids of what must have ended before: nobody has to wait while it is decided. */
  readonly after: readonly string[];
  readonly catchesUp?: boolean;
}

/** The lock of an environment that outlives the command; none for one that does not. */
export function locks(
  config: Config,
  environment: string,
  { command, after, catchesUp = false }: LockOptions,
): readonly LockStep[] {
  if (!isLasting(config, platformOf(config, environment))) return [];
  return [
    {
      kind: 'lock',
      id: `lock ${environment}`,
      title: `lock ${environment}`,
      phase: environment,
      environment,
      command,
      catchesUp,
      needs: after,
    },
  ];
}
