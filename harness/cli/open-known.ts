import { existsSync } from 'node:fs';
import { keepsImage, registryFolder } from '../builders/index.ts';
import type { Config } from '../config/index.ts';
import type { State } from '../ledger/index.ts';
import type { Digest, RuntimeName } from '../model/index.ts';
import { FileHashes, ImportGraph, toolchainHash } from '../sources/index.ts';
import type { Known } from '../steps/index.ts';

/** What is known of a project before anything runs; `state` is asked each time, because a run adds to it. */
export function openKnown(
  config: Config,
  about: {
    readonly runtime: RuntimeName;
    readonly runId: string | null;
    /** Artifacts that the plan is about, instead of what today's sources make. */
    readonly pinned?: ReadonlyMap<string, Digest>;
  },
): (state: State) => Known {
  const files = new FileHashes(config.root);
  const imports = new ImportGraph(files);
  let toolchain: string | undefined;
  return (state) => ({
    config,
    state,
    files,
    imports,
    get toolchain() {
      toolchain ??= toolchainHash();
      return toolchain;
    },
    runtime: about.runtime,
    runId: about.runId,
    now: Date.now(),
    ...(about.pinned === undefined ? {} : { pinned: about.pinned }),
    hasArtifact: ({ runtime, location, bundle = null, digest }) => {
      if (runtime !== about.runtime) return false;
      if (runtime === 'process') return existsSync(location);
      return keepsImage(registryFolder(config.root), digest) && (bundle === null || existsSync(bundle));
    },
  });
}
