import type { RuntimeName } from '../../model/index.ts';

export interface PostgresOptions {
  readonly runtime: RuntimeName;
  /** Existing folder; data goes below it unless the server's user could not reach it there. */
  readonly folder: string;
  readonly logFile: string;
  /** Variables that mark the processes for the reaper. */
  readonly marker: Readonly<Record<string, string>>;
  /** Labels that mark the container for the reaper. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Docker network whose members reach the server by `alias`; `docker` runtime only. */
  readonly dockerNetwork?: string;
  readonly alias?: string;
  /** Image instead of the usual one. */
  readonly image?: string;
  /** Goes before the name of an image that is pulled. */
  readonly imageMirror?: string | null;
  /** Where to put data when `folder` cannot be reached; default: the system's folder for temporary files. */
  readonly temporaryFolder?: string;
  readonly signal: AbortSignal;
}
