import { basename, join } from 'node:path';
import type { Config } from '../config/index.ts';
import { foldState, type Ledger, type State } from '../ledger/index.ts';
import { liveRuns, type Swept, sweepDeadRuns, sweepHalfDone, sweepOld } from '../reaper/index.ts';
import { sweepStagingFolders } from '../report/index.ts';

/** What was removed. */
export interface Cleaned {
  readonly deadRuns: readonly Swept[];
  /** Paths of what killed commands left half-done, and of old artifacts and logs. */
  readonly removed: readonly string[];
  /** Folders of reports that were never published. */
  readonly reports: number;
}

/** Versions of a service that an environment can go back to without a build. */
const keptPromotions = 5;

/** Removes everything that stagegate left in a project and nobody needs any more, and packs the ledger. */
export async function cleanProject(
  { root }: Pick<Config, 'root'>,
  ledger: Ledger,
  { always = true }: { readonly always?: boolean } = {},
): Promise<Cleaned> {
  const deadRuns = await sweepDeadRuns(root);
  const halfDone = await sweepHalfDone(root);
  const artifacts = neededArtifacts(foldState(ledger.entries));
  const old = await sweepOld(root, { artifacts, liveRuns: await liveRuns(root) });
  const reports = await sweepStagingFolders(join(root, 'reports'));
  await ledger.tidy({ always });
  return { deadRuns, removed: [...halfDone, ...old], reports };
}

/** Files of what is promoted somewhere, or was not long ago, and of what was built last. */
function neededArtifacts({ artifacts, promotions }: State): ReadonlySet<string> {
  const promoted = new Set(
    [...promotions.values()].flatMap((all) => all.slice(-keptPromotions).map(({ digest }) => digest)),
  );
  const newest = new Map(artifacts.map((artifact) => [artifact.service, artifact]));
  const needed = artifacts.filter(
    (artifact) => promoted.has(artifact.digest) || newest.get(artifact.service) === artifact,
  );
  return new Set(needed.map(({ location }) => basename(location)));
}
