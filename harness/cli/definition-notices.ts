import type { Config } from '../config/index.ts';
import { checkDefinitions } from '../policy/index.ts';
import { readDefinitions } from '../rehearsal/index.ts';

/**
 * What the app definitions, Dockerfiles and settings say that cannot work, one line each. They are told and change no
 * verdict: what cannot work fails its stage or its deployment anyway.
 */
export async function definitionNotices(config: Config): Promise<readonly string[]> {
  const findings = checkDefinitions(await readDefinitions(config, null));
  return findings.map(
    ({ service, reason, key }) => `${service}: ${reason}${key === undefined ? '' : ` (${key})`}`,
  );
}
