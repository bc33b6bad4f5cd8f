import type { Digest } from './digest.ts';
import type { RuntimeName } from './stage.ts';

/** What one build made of one service: immutable, named by digest, the same bytes in every environment. */
export interface Artifact {
  readonly service: string;
  /** `<package version>+g<commit>`, with `.dirty` behind it when the working tree differs, e.g. `1.4.0+g3f2a91c`. */
  readonly version: string;
  readonly digest: Digest;
  readonly runtime: RuntimeName;
  /** `process`: absolute path of the bundle (`.tar.gz`); `docker`: pullable reference `host:port/name@sha256:…`. */
  readonly location: string;
  /** `docker`: absolute path of the bundle beside the image, which tests start as a process; absent when there is none. */
  readonly bundle?: string;
  readonly bytes: number;
  /** Full commit id, or null outside a git checkout. */
  readonly commit: string | null;
  /** The last commits that touched the service, the newest first. */
  readonly changes?: readonly {
    readonly commit: string;
    readonly authors: readonly string[];
    readonly subject?: string;
  }[];
  /** Branches that hold the commit, without the name of a remote. */
  readonly branches?: readonly string[];
  /** ISO 8601, UTC. */
  readonly builtAt: string;
}
