import { type Config, describeProblem, missingSecrets, readSettings } from '../config/index.ts';
import { StagegateError } from '../model/index.ts';

/** Names every secret that cannot be read here, before anything runs. @throws `SG_SECRET_MISSING` */
export function requireSecrets(config: Config, environments: readonly string[]): void {
  const problems = missingSecrets(config, environments, readSettings().env);
  if (problems.length === 0) return;
  const count = problems.length === 1 ? 'One secret' : `${problems.length} secrets`;
  throw new StagegateError('SG_SECRET_MISSING', `${count} cannot be read here.`, {
    problems: problems.map(describeProblem),
  });
}
