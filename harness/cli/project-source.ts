import { existsSync } from 'node:fs';
import { type Config, configFileName, loadConfig } from '../config/index.ts';
import type { ProjectSource } from '../console/index.ts';
import { decideByCommand } from './decide-by-command.ts';
import { openProjectLedger } from './project-ledger.ts';

/** What the console tells of the project in this folder; undefined where there is none, as with `cluster` in an empty folder. */
export async function projectSource(file = configFileName): Promise<ProjectSource | undefined> {
  if (!existsSync(file)) return undefined;
  const config = await loadConfig(file);
  return projectOf(config);
}

export function projectOf(config: Config): ProjectSource {
  return {
    config,
    openLedger: () => openProjectLedger(config),
    decide: (decision) => decideByCommand(config, decision),
  };
}
