/** What is known about every service before anything runs. */
export interface DefinitionFacts {
  readonly services: readonly ServiceFacts[];
  /** What consumers send to providers, from the pacts. */
  readonly sent: readonly SentFields[];
  /** In the order a version passes them. */
  readonly environments: readonly string[];
  /** Null: not known. */
  readonly runtime: 'process' | 'docker' | null;
  /** What the largest agent offers; null: not known before the cluster is there. */
  readonly largestAgent: { readonly cpus: number; readonly memMiB: number } | null;
}

export interface ServiceFacts {
  readonly name: string;
  /** Relative to the project, for messages. */
  readonly folder: string;
  readonly app: AppFacts;
  /** Null when the service has none. */
  readonly dockerfile: DockerfileFacts | null;
  /** Files that the Dockerfile may copy; null when nobody can tell before the build. */
  readonly buildMakes: readonly string[] | null;
  /** What its schemas say of fields, one entry for every place. */
  readonly limits: readonly FieldLimits[];
  /** What the code reads; null when its language is not understood. */
  readonly reads: readonly SettingRead[] | null;
  /** Variables that a whole environment is given, whether its services read them or not. */
  readonly environmentWide: readonly string[];
  /** Environment → variables that the app gets there, with addresses filled in. */
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** An app definition, its defaults filled in as Marathon does. */
export interface AppFacts {
  readonly instances: number;
  readonly cpus: number;
  readonly memMiB: number;
  readonly minimumHealthCapacity: number;
  readonly maximumOverCapacity: number;
  readonly killGraceSeconds: number;
  readonly containerPorts: readonly PortFacts[];
  readonly healthChecks: readonly HealthCheckFacts[];
  readonly readinessChecks: readonly { readonly portName: string | null }[];
  /** Names of sibling services, or the absolute ids as written. */
  readonly dependencies: readonly string[];
}

export interface PortFacts {
  readonly name: string | null;
  /** 0: Marathon picks. */
  readonly port: number;
}

export interface HealthCheckFacts {
  readonly protocol: string;
  readonly portIndex: number | null;
  readonly maxConsecutiveFailures: number;
}

export interface DockerfileFacts {
  readonly exposes: readonly number[];
  /** Of the last stage; null: the base image's, which is root unless it says otherwise. */
  readonly user: string | null;
  /** Paths copied from the build context, with the line that does it. */
  readonly copies: readonly { readonly source: string; readonly line: number }[];
}

/** A variable that the code reads. */
export interface SettingRead {
  readonly name: string;
  /** The code cannot go on without it. */
  readonly required: boolean;
  /** What the code takes when it is not set, where that is a literal. */
  readonly fallback: string | null;
  /** `src/main.ts` */
  readonly file: string;
}

/** What a schema says of a field; null: no limit. */
export interface FieldLimits {
  readonly field: string;
  /** Of its value, or of its length. */
  readonly kind: 'number' | 'length';
  readonly min: number | null;
  readonly max: number | null;
}

/** Fields in the bodies that a consumer sends to a provider. */
export interface SentFields {
  readonly consumer: string;
  readonly provider: string;
  readonly fields: readonly string[];
}
