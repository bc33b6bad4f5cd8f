import type {
  GateRules,
  ProviderVerifying,
  Quarantine,
  Recipe,
  Roles,
  SecretSource,
  StageName,
  StoreSpec,
  Suites,
} from '../model/index.ts';
import type { AppDefinition } from './app-definition.ts';

/** The checked form: every option filled in, every path absolute, every app definition read. */
export interface Config {
  /** Folder of the configuration file: the project. */
  readonly root: string;
  readonly file: string;
  readonly system: string;
  /** As written, neighbours not necessarily first. */
  readonly services: readonly ServiceConfig[];
  readonly stores: readonly StoreSpec[];
  /** Absolute: where suites are, as `<suites>/<stage>/<service>`, and the pacts. */
  readonly folders: { readonly suites: string; readonly pacts: string };
  readonly externals: readonly ExternalConfig[];
  /** Goes before image names, with a slash between; null: images come from where their names say. */
  readonly imageMirror: string | null;
  /** In the order a version passes them. */
  readonly environments: readonly EnvironmentConfig[];
  /** One per step from an environment to the next, in that order. */
  readonly gates: readonly GateConfig[];
  /** Who may approve as what. */
  readonly roles: Roles;
  readonly quarantine: readonly Quarantine[];
  readonly cluster: ClusterConfig;
  /** Platforms that outlive a command. */
  readonly platforms: readonly PlatformConfig[];
  /** Git URL of the ledger; null: the project's own repository. */
  readonly ledgerUrl: string | null;
  /** A Pact Broker that contracts are published to besides; null: none. */
  readonly contractBroker: Address | null;
}

/** Where a platform that somebody else runs can be reached. */
export interface PlatformConfig {
  readonly name: string;
  /** Of every master; any of them may lead. */
  readonly marathon: readonly Address[];
  readonly token: { readonly env: string } | null;
  readonly mesos: Address | null;
  readonly edge: Address;
  readonly databases: Address | null;
}

/** A URL as written, or the variable that holds it. */
export type Address = string | { readonly env: string };

export interface ServiceConfig {
  readonly name: string;
  /** A `worker` has no port and takes no requests. */
  readonly kind: 'service' | 'worker';
  /** Absolute folder. */
  readonly path: string;
  readonly recipe: Recipe;
  /** Shell command that starts its bundle as a process; null when only an image can be had. */
  readonly start: string | null;
  /** Shell command that an image runs instead of its own; null: its own. */
  readonly imageStart: string | null;
  /** Path that answers 200 once it can do its work; null when it is not known. */
  readonly ready: string | null;
  /** Settings as written, templates in them; see `environments` for what differs there. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** Variable that receives the URL of the service's own PostgreSQL database; null when it has none. */
  readonly database: string | null;
  /** Variable → service: those written as neighbours, and those that templates of `env` name. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Variable → outside system. */
  readonly externals: Readonly<Record<string, string>>;
  /** Tests that are not in the usual folder, or that another runner runs. */
  readonly suites: Suites;
  /** Stage → why it is not asked of this service. */
  readonly exempt: Readonly<Partial<Record<StageName | 'traffic', string>>>;
  /** How its pacts are verified without a test; null: by tests. */
  readonly provider: ProviderVerifying | null;
  /** What pacts call it. */
  readonly pactName: string;
  /** `marathon.json` of the service, or one derived from the rest. */
  readonly definition: AppDefinition;
}

export interface ExternalConfig {
  readonly name: string;
  readonly module: string;
}

export interface EnvironmentConfig {
  readonly name: string;
  /** Name of one of `platforms`, or `embedded`. */
  readonly platform: string;
  readonly weight: number;
  readonly quota: { readonly cpus?: number; readonly memMiB?: number } | null;
  /** Settings and secrets of every service here. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** Outside system → its address here. */
  readonly externals: Readonly<Record<string, Address>>;
  /** Service → what it has differently here. */
  readonly overrides: Readonly<Record<string, ServiceOverride>>;
}

export interface ServiceOverride {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** Members of the app definition. */
  readonly definition: {
    readonly cpus?: number;
    readonly mem?: number;
    readonly disk?: number;
    readonly instances?: number;
  };
}

export interface GateConfig {
  readonly from: string;
  readonly to: string;
  readonly requires: readonly StageName[];
  readonly rules: GateRules;
}

export interface ClusterConfig {
  readonly agents: number;
  /** As Mesos writes resources; null: the cluster divides what the machine has. */
  readonly agentResources: string | null;
  readonly runtime: RuntimeWish;
}

export type RuntimeWish = 'auto' | 'process' | 'docker';

/** One thing to correct before anything can run. */
export interface ConfigProblem {
  /** Relative to the project. */
  readonly file: string;
  /** Path of the key, dots between; empty when the whole file is meant. */
  readonly key: string;
  readonly wrong: string;
  /** What to write instead, as the end of the sentence "write …". */
  readonly write: string;
}

/** `stagegate.config.ts: gates.1.to: environment "prod" does not exist; write one of dev, test, staging, production` */
export function describeProblem(problem: ConfigProblem): string {
  const where = problem.key === '' ? problem.file : `${problem.file}: ${problem.key}`;
  return `${where}: ${problem.wrong}; write ${problem.write}`;
}
