/**
 * The definitions as they are stored: every default filled in, every old spelling rewritten, ids absolute. They are
 * plain JSON, so that the store can write them as they are. Member names are the wire's.
 */

/** `/a/b`; `/` is the root group. */
export type PathId = string;

/** UTC with three fraction digits, as `new Date().toISOString()` writes it. Compares as text. */
export type Timestamp = string;

export type Labels = Readonly<Record<string, string>>;

export interface VersionInfo {
  readonly lastScalingAt: Timestamp;
  readonly lastConfigChangeAt: Timestamp;
}

export interface AppDefinition {
  readonly id: PathId;
  readonly cmd?: string;
  /** Empty when `cmd` is given, or when a container's image brings its own command. */
  readonly args: readonly string[];
  readonly user?: string;
  readonly instances: number;
  readonly cpus: number;
  /** MiB. */
  readonly mem: number;
  /** MiB. */
  readonly disk: number;
  readonly gpus: number;
  readonly executor: string;
  readonly executorResources?: ExecutorResources;
  readonly resourceLimits?: ResourceLimits;
  readonly constraints: readonly Constraint[];
  readonly acceptedResourceRoles?: readonly string[];
  readonly role: string;
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly secrets: Readonly<Record<string, { readonly source: string }>>;
  readonly labels: Labels;
  readonly container?: Container;
  /** Never empty. */
  readonly networks: readonly Network[];
  /** Present exactly in host mode; empty when the app wants no ports. */
  readonly portDefinitions?: readonly PortDefinition[];
  readonly requirePorts: boolean;
  readonly fetch: readonly Artifact[];
  readonly healthChecks: readonly HealthCheck[];
  readonly check?: Check;
  readonly readinessChecks: readonly ReadinessCheck[];
  readonly dependencies: readonly PathId[];
  readonly backoffSeconds: number;
  readonly backoffFactor: number;
  readonly maxLaunchDelaySeconds: number;
  readonly upgradeStrategy: UpgradeStrategy;
  readonly unreachableStrategy: UnreachableStrategy;
  readonly killSelection: KillSelection;
  readonly taskKillGracePeriodSeconds?: number;
  readonly tty?: boolean;
  /** The later member of `versionInfo`. */
  readonly version: Timestamp;
  readonly versionInfo: VersionInfo;
}

export type EnvValue = string | { readonly secret: string };

export interface ExecutorResources {
  readonly cpus: number;
  readonly mem: number;
  readonly disk: number;
}

export interface ResourceLimits {
  readonly cpus?: number | 'unlimited';
  readonly mem?: number | 'unlimited';
}

export type ConstraintOperator = 'UNIQUE' | 'CLUSTER' | 'GROUP_BY' | 'LIKE' | 'UNLIKE' | 'MAX_PER' | 'IS';

export interface Constraint {
  readonly field: string;
  readonly operator: ConstraintOperator;
  readonly value?: string;
}

export type NetworkMode = 'host' | 'container' | 'container/bridge';

export interface Network {
  readonly mode: NetworkMode;
  readonly name?: string;
  readonly labels?: Labels;
}

export type NetworkProtocol = 'tcp' | 'udp' | 'udp,tcp';

export interface PortDefinition {
  /** The service port; with `requirePorts` also the host port. 0 only until the tree is settled. */
  readonly port: number;
  readonly protocol: NetworkProtocol;
  readonly name?: string;
  readonly labels?: Labels;
}

export interface PortMapping {
  /** 0: the same as the host port. */
  readonly containerPort: number;
  /** 0: any port of the offer. Absent (container mode only): no port of the host at all. */
  readonly hostPort?: number;
  readonly servicePort: number;
  readonly protocol: NetworkProtocol;
  readonly name?: string;
  readonly labels: Labels;
  readonly networkNames?: readonly string[];
}

export interface Container {
  readonly type: 'DOCKER' | 'MESOS';
  readonly docker?: DockerContainer;
  readonly linuxInfo?: LinuxInfo;
  readonly volumes: readonly Volume[];
  /** Present exactly outside host mode. */
  readonly portMappings?: readonly PortMapping[];
}

export interface DockerContainer {
  readonly image: string;
  readonly forcePullImage: boolean;
  /** Absent with type MESOS. */
  readonly privileged?: boolean;
  /** Absent with type MESOS. */
  readonly parameters?: readonly { readonly key: string; readonly value: string }[];
  readonly credential?: { readonly principal: string; readonly secret?: string };
  readonly pullConfig?: { readonly secret: string };
}

export interface LinuxInfo {
  readonly seccomp?: { readonly profileName?: string; readonly unconfined: boolean };
  readonly ipcInfo?: { readonly mode: 'PRIVATE' | 'SHARE_PARENT'; readonly shmSize?: number };
}

export type ReadMode = 'RO' | 'RW';

export type Volume = HostVolume | PersistentVolume | SecretVolume | ExternalVolume;

export interface HostVolume {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly mode: ReadMode;
}

export interface PersistentVolume {
  readonly containerPath: string;
  readonly mode: ReadMode;
  readonly persistent: {
    readonly size: number;
    readonly type?: 'root' | 'path' | 'mount';
    readonly maxSize?: number;
    readonly profileName?: string;
    readonly constraints?: readonly (readonly string[])[];
  };
}

export interface SecretVolume {
  readonly containerPath: string;
  readonly secret: string;
}

/** Kept and printed as it came; no embedded agent can mount one. */
export interface ExternalVolume {
  readonly containerPath: string;
  readonly mode: ReadMode;
  readonly external: Readonly<Record<string, unknown>>;
}

export interface Artifact {
  readonly uri: string;
  readonly extract: boolean;
  readonly executable: boolean;
  readonly cache: boolean;
  readonly destPath?: string;
}

export type HealthCheckProtocol =
  | 'HTTP'
  | 'HTTPS'
  | 'TCP'
  | 'COMMAND'
  | 'MESOS_HTTP'
  | 'MESOS_HTTPS'
  | 'MESOS_TCP';

export interface HealthCheck {
  readonly protocol: HealthCheckProtocol;
  readonly path?: string;
  readonly port?: number;
  readonly portIndex?: number;
  readonly command?: { readonly value: string };
  readonly gracePeriodSeconds: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxConsecutiveFailures: number;
  /** Only the executor's checks wait; Marathon's own have a first round instead. */
  readonly delaySeconds: number;
  /** HTTP and HTTPS only. */
  readonly ignoreHttp1xx?: boolean;
  /** IPv6 with MESOS_* in a Docker container only. */
  readonly ipProtocol: 'IPv4' | 'IPv6';
}

/** Mesos reports the result and nobody acts on it. */
export interface Check {
  readonly http?: {
    readonly portIndex?: number;
    readonly port?: number;
    readonly path?: string;
    readonly scheme: 'HTTP' | 'HTTPS';
  };
  readonly tcp?: { readonly portIndex?: number; readonly port?: number };
  readonly exec?: { readonly command: { readonly shell: string } | { readonly argv: readonly string[] } };
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly delaySeconds: number;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly path: string;
  readonly portName: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly httpStatusCodesForReady: readonly number[];
  readonly preserveLastResponse: boolean;
}

export interface UpgradeStrategy {
  readonly minimumHealthCapacity: number;
  readonly maximumOverCapacity: number;
}

export type UnreachableStrategy =
  | 'disabled'
  | { readonly inactiveAfterSeconds: number; readonly expungeAfterSeconds: number };

export type KillSelection = 'YOUNGEST_FIRST' | 'OLDEST_FIRST';

/** One node of the tree. `apps` and `groups` are keyed by absolute id, in order of creation. */
export interface Group {
  readonly id: PathId;
  readonly apps: Readonly<Record<PathId, AppDefinition>>;
  readonly groups: Readonly<Record<PathId, Group>>;
  readonly dependencies: readonly PathId[];
  readonly version: Timestamp;
  readonly enforceRole: boolean;
}

/** Paths as the API prints them: `/upgradeStrategy/minimumHealthCapacity`, `/constraints(0)`, root `/`. */
export interface Problem {
  readonly path: string;
  readonly errors: readonly string[];
}

/** Why a request is not carried out. `answerOf` makes the HTTP answer of it. */
export type Refusal =
  /** 400, body does not parse. `details` is the parser's text; absent for an empty body. */
  | { readonly kind: 'not-json'; readonly details?: string }
  /** 422 `Invalid JSON`: a member has a wrong type, bound or pattern, or is missing. */
  | { readonly kind: 'invalid-json'; readonly details: readonly Problem[] }
  /** 422 `Object is not valid`: a rule between members is violated. */
  | { readonly kind: 'not-valid'; readonly details: readonly Problem[] }
  /** 422 with a message alone: an argument outside the body. */
  | { readonly kind: 'bad-argument'; readonly message: string }
  /** 400 with a message alone. */
  | { readonly kind: 'bad-request'; readonly message: string }
  | { readonly kind: 'not-found'; readonly message: string }
  | { readonly kind: 'conflict'; readonly message: string }
  /** 409 with the ids of the deployments in the way. */
  | { readonly kind: 'locked'; readonly deployments: readonly string[] };

export type Outcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal };
