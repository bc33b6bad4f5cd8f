import { existsSync } from 'node:fs';
import { keepsImage, registryFolder } from '../builders/index.ts';
import type { Config } from '../config/index.ts';
import type { State } from '../ledger/index.ts';
import type { RuntimeName } from '../model/index.ts';
import { FileHashes, ImportGraph, toolchainHash } from '../sources/index.ts';
import type { Known } from '../steps/index.ts';

/** What is known of a project before anything runs; `state` is asked each time, because a run adds to it. */
export function openKnown(
  config: Config,
  about: { readonly runtime: RuntimeName; readonly runId: string | null },
): (state: State) => Known {
  const files = new FileHashes(config.root);
  const imports = new ImportGraph(files);
  const toolchain = toolchainHash();
  return (state) => ({
    config,
    state,
    files,
    imports,
    toolchain,
    runtime: about.runtime,
    runId: about.runId,
    hasArtifact: ({ runtime, location, bundle = null, digest }) => {
      if (runtime !== about.runtime) return false;
      if (runtime === 'process') return existsSync(location);
      return keepsImage(registryFolder(config.root), digest) && (bundle === null || existsSync(bundle));
    },
  });
}
