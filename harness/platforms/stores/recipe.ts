import type { StoreSpec } from '../../model/index.ts';
import type { Address } from './server.ts';
import type { StoreFields } from './store.ts';

/** Made up for one server. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** A server that listens, and how to speak to it. */
export interface RunningServer {
  /** As this process reaches it. */
  readonly address: Address;
  readonly login: Login;
  /** Runs a program beside the server, with the server's own rights. @throws with what it printed */
  exec(command: readonly string[]): Promise<string>;
}

/** What a tenant has of a server, addresses left out. */
export type TenantPart = Pick<StoreFields, 'user' | 'password' | 'database' | 'prefix'>;

/** How one kind of store is run and divided; `driverOf` does the rest. */
export interface StoreRecipe {
  /** For messages: `Redis`. */
  readonly title: string;
  /** Null: the store's specification must name one. */
  readonly image: string | null;
  readonly port: number;
  /** Where members of the run's network reach its container, if that is another port than `port`. */
  readonly insidePort?: number;
  /** The first that is on the PATH is taken; empty: it is run in a container only. */
  readonly programs: readonly string[];
  /** How to get one: `apt-get install redis-server, or brew install redis`. */
  readonly install: string;
  container(around: ContainerPlace): ContainerSettings;
  /** Makes what the program needs below its folder; absent where there is no program for it. */
  program?(place: ProgramPlace): Promise<ProgramCommand>;
  /** Resolves once it answers as its clients expect. @throws while it does not */
  ping(server: RunningServer, spec: StoreSpec): Promise<void>;
  /** Makes an empty part for a tenant of a server that others use too. */
  provision(server: RunningServer, tenant: string): Promise<TenantPart>;
  /** What the one tenant of a server of its own has; absent: the same as in a server that others use. */
  alone?(server: RunningServer, tenant: string): Promise<TenantPart>;
  url(address: Address, part: TenantPart): string;
  /** Runs a script in a tenant's part; absent where scripts mean nothing. */
  script?(address: Address, part: TenantPart, text: string): Promise<void>;
}

export interface ContainerPlace {
  readonly spec: StoreSpec;
  readonly login: Login;
  /** Name by which the run's network knows it, and the port it is published on; null outside of a network. */
  readonly alias: string | null;
  readonly publishedPort: number;
}

export interface ContainerSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** Folders kept in memory. */
  readonly tmpfs?: readonly string[];
}

export interface ProgramPlace {
  /** Absolute path of the program that was found. */
  readonly program: string;
  /** Empty folder that the server may write. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  readonly login: Login;
  /** The server's user, where this process is root and the program refuses to be. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly marker: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ProgramCommand {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it runs as another user than root. */
  readonly unprivileged?: boolean;
  /** Runs a program beside it, for `RunningServer.exec`. */
  readonly execEnv?: Readonly<Record<string, string>>;
}

/** As a URL's password or user. */
export function quoted(text: string): string {
  return encodeURIComponent(text);
}

/** A name that every kind allows: letters, digits and underscores, at most 60. */
export function plainName(tenant: string): string {
  return tenant.replaceAll(/[^a-zA-Z0-9]/g, '_').slice(0, 60);
}
