import type { RuntimeName, StoreSpec } from '../../model/index.ts';

/** For whom something in a store is: never the same for two services or two environments, unless the store is shared. */
export interface Tenant {
  readonly environment: string;
  readonly service: string;
}

/** What templates may ask of a store. A field that a kind does not have is empty. */
export interface StoreFields {
  /** With user, password and database in it. */
  readonly url: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** What to put before keys, topics or buckets, where the kind has no databases. */
  readonly prefix: string;
}

/** One tenant's part of a store, by the addresses of either side. */
export interface StoreAccess {
  /** As tasks on the cluster reach it. */
  readonly task: StoreFields;
  /** As this machine reaches it. */
  readonly local: StoreFields;
}

export interface StoreOptions {
  readonly runtime: RuntimeName;
  /** Existing folder of the run; data goes below it unless the server's user could not reach it there. */
  readonly folder: string;
  /** Existing folder for the servers' logs. */
  readonly logs: string;
  /** Variables that mark the processes for the reaper. */
  readonly marker: Readonly<Record<string, string>>;
  /** Labels that mark the containers for the reaper. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Docker network whose members reach a server by its store's name; `docker` runtime only. */
  readonly dockerNetwork?: string;
  /** This machine's address in that network. */
  readonly gateway?: string;
  /** Project root: where migrations and seeds run. */
  readonly root?: string;
  /** Where to put data when `folder` cannot be reached; default: the system's folder for temporary files. */
  readonly temporaryFolder?: string;
  /** Goes before the names of images that are pulled. */
  readonly imageMirror?: string | null;
  /** Told of every password that is made up. */
  readonly onPassword: (password: string) => void;
  readonly signal: AbortSignal;
}

/** A store that runs. Disposing stops what was started for it; a server by URL stays, without the tenants' parts. */
export interface StoreServer extends AsyncDisposable {
  /** A PostgreSQL's own user, for suites that make databases themselves. */
  readonly adminUrl?: string;
  readonly taskUrl?: string;
  /** Makes an empty part for a tenant, with a user that has no rights on others' where the kind knows users. */
  provision(tenant: string): Promise<StoreAccess>;
}

/** A way to have one kind of store. */
export interface StoreDriver {
  /** @throws `SG_STORE_FAILED` saying what to install or write when it cannot be had here */
  start(spec: StoreSpec, options: StoreOptions): Promise<StoreServer>;
}
