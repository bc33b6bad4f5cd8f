import type { Config } from '../config/index.ts';
import { largestAgentOf } from '../platforms/index.ts';
import { checkDefinitions } from '../policy/index.ts';
import { readDefinitions } from '../rehearsal/index.ts';

/**
 * What the app definitions, Dockerfiles and settings say that cannot work, or may not be meant, one line each. Whether it
 * rejects a version is for the gates to say.
 */
export async function definitionNotices(config: Config): Promise<readonly string[]> {
  const { agents, agentResources } = config.cluster;
  const largestAgent = largestAgentOf(agents, agentResources);
  const findings = checkDefinitions(await readDefinitions(config, { runtime: null, largestAgent }));
  return findings.map(
    ({ service, reason, key }) => `${service}: ${reason}${key === undefined ? '' : ` (${key})`}`,
  );
}
