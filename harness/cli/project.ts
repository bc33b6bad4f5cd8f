import { type Config, configFileName, loadConfig } from '../config/index.ts';
import { sweepDeadRuns, sweepHalfDone } from '../reaper/index.ts';

/**
 * Reads the project's configuration and removes what runs that were killed left in it: every command does, whatever it
 * is for.
 * @throws what `loadConfig` throws
 */
export async function openProject(file = configFileName): Promise<Config> {
  const config = await loadConfig(file);
  await sweepDeadRuns(config.root);
  await sweepHalfDone(config.root);
  return config;
}
