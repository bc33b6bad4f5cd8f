import type { TaskState } from './task-states.ts';

/**
 * The Mesos v1 wire types this project reads or writes, as the HTTP API spells them (snake case, enum values by name).
 * Source: `include/mesos/v1/mesos.proto` of Mesos 1.9 to 1.12. Optional members are absent, never null, on output.
 */
export interface Value<T> {
  readonly value: T;
}

export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** `mem` and `disk` are MiB; `cpus` has three decimals; both ends of a range belong to it. */
export interface Resource {
  readonly name: string;
  readonly type: 'SCALAR' | 'RANGES' | 'SET';
  readonly scalar?: Value<number>;
  readonly ranges?: { readonly range: readonly Range[] };
  readonly set?: { readonly item: readonly string[] };
  readonly role?: string;
  readonly allocation_info?: { readonly role: string };
  readonly reservations?: readonly {
    readonly type: 'STATIC' | 'DYNAMIC';
    readonly role: string;
    readonly principal?: string;
    readonly labels?: Labels;
  }[];
  /** The form before reservation refinement: beside `role`, and dynamic. */
  readonly reservation?: { readonly principal?: string; readonly labels?: Labels };
  readonly revocable?: Record<string, unknown>;
  readonly shared?: Record<string, unknown>;
  readonly disk?: DiskInfo;
  readonly provider_id?: Value<string>;
}

/** What makes a part of a disk more than space: a volume that outlives its tasks, or a disk of its own. */
export interface DiskInfo {
  readonly persistence?: { readonly id: string; readonly principal?: string };
  readonly volume?: {
    readonly mode: 'RW' | 'RO';
    readonly container_path: string;
    readonly host_path?: string;
  };
  readonly source?: Record<string, unknown>;
}

export interface Attribute {
  readonly name: string;
  readonly type: 'SCALAR' | 'RANGES' | 'TEXT';
  readonly scalar?: Value<number>;
  readonly ranges?: { readonly range: readonly Range[] };
  readonly text?: Value<string>;
}

export interface Labels {
  readonly labels: readonly { readonly key: string; readonly value?: string }[];
}

export interface Environment {
  readonly variables: readonly {
    readonly name: string;
    readonly type?: 'VALUE' | 'SECRET';
    readonly value?: string;
    readonly secret?: Record<string, unknown>;
  }[];
}

export interface CommandUri {
  readonly value: string;
  /** Default true. */
  readonly extract?: boolean;
  readonly executable?: boolean;
  readonly cache?: boolean;
  readonly output_file?: string;
}

export interface CommandInfo {
  readonly value?: string;
  /** Default true: `value` is run by `/bin/sh -c`. Otherwise `value` is the file and `arguments` the whole argv. */
  readonly shell?: boolean;
  readonly arguments?: readonly string[];
  readonly environment?: Environment;
  readonly uris?: readonly CommandUri[];
  readonly user?: string;
}

export interface DurationInfo {
  readonly nanoseconds: number;
}

export interface KillPolicy {
  readonly grace_period?: DurationInfo;
}

interface CheckTiming {
  readonly delay_seconds?: number;
  readonly interval_seconds?: number;
  readonly timeout_seconds?: number;
}

export interface HealthCheck extends CheckTiming {
  readonly type?: 'COMMAND' | 'HTTP' | 'TCP';
  readonly consecutive_failures?: number;
  readonly grace_period_seconds?: number;
  readonly command?: CommandInfo;
  readonly http?: {
    readonly protocol?: 'IPv4' | 'IPv6';
    readonly scheme?: string;
    readonly port: number;
    readonly path?: string;
    readonly statuses?: readonly number[];
  };
  readonly tcp?: { readonly protocol?: 'IPv4' | 'IPv6'; readonly port: number };
}

export interface CheckInfo extends CheckTiming {
  readonly type?: 'COMMAND' | 'HTTP' | 'TCP';
  readonly command?: { readonly command: CommandInfo };
  readonly http?: { readonly port: number; readonly path?: string };
  readonly tcp?: { readonly port: number };
}

export interface PortMapping {
  readonly host_port: number;
  readonly container_port: number;
  readonly protocol?: string;
}

export interface Volume {
  readonly mode: 'RW' | 'RO';
  readonly container_path: string;
  readonly host_path?: string;
  readonly image?: Record<string, unknown>;
  readonly source?: Record<string, unknown>;
}

export interface ContainerInfo {
  readonly type: 'DOCKER' | 'MESOS';
  readonly hostname?: string;
  readonly volumes?: readonly Volume[];
  readonly network_infos?: readonly NetworkInfo[];
  readonly docker?: {
    readonly image: string;
    readonly network?: 'HOST' | 'BRIDGE' | 'NONE' | 'USER';
    readonly port_mappings?: readonly PortMapping[];
    readonly privileged?: boolean;
    readonly parameters?: readonly { readonly key: string; readonly value: string }[];
    readonly force_pull_image?: boolean;
    readonly volume_driver?: string;
  };
  readonly mesos?: Record<string, unknown>;
  readonly linux_info?: Record<string, unknown>;
  readonly rlimit_info?: Record<string, unknown>;
  readonly tty_info?: Record<string, unknown>;
}

export interface NetworkInfo {
  readonly name?: string;
  readonly groups?: readonly string[];
  readonly ip_addresses?: readonly { readonly protocol?: 'IPv4' | 'IPv6'; readonly ip_address?: string }[];
  readonly port_mappings?: readonly PortMapping[];
  readonly labels?: Labels;
}

export interface DiscoveryInfo {
  readonly visibility: 'FRAMEWORK' | 'CLUSTER' | 'EXTERNAL';
  readonly name?: string;
  readonly environment?: string;
  readonly location?: string;
  readonly version?: string;
  readonly ports?: {
    readonly ports: readonly {
      readonly number: number;
      readonly name?: string;
      readonly protocol?: string;
      readonly visibility?: 'FRAMEWORK' | 'CLUSTER' | 'EXTERNAL';
      readonly labels?: Labels;
    }[];
  };
  readonly labels?: Labels;
}

export interface TaskInfo {
  readonly name: string;
  readonly task_id: Value<string>;
  readonly agent_id: Value<string>;
  readonly resources: readonly Resource[];
  readonly command?: CommandInfo;
  readonly executor?: ExecutorInfo;
  readonly container?: ContainerInfo;
  readonly health_check?: HealthCheck;
  readonly check?: CheckInfo;
  readonly kill_policy?: KillPolicy;
  readonly max_completion_time?: DurationInfo;
  readonly labels?: Labels;
  readonly discovery?: DiscoveryInfo;
  /** Base64. */
  readonly data?: string;
  readonly limits?: Readonly<Record<string, Value<number | 'Infinity'>>>;
}

export interface ExecutorInfo {
  readonly type?: 'DEFAULT' | 'CUSTOM';
  readonly executor_id: Value<string>;
  readonly framework_id?: Value<string>;
  readonly command?: CommandInfo;
  readonly container?: ContainerInfo;
  readonly resources?: readonly Resource[];
  readonly name?: string;
  readonly source?: string;
  /** Base64. */
  readonly data?: string;
  readonly discovery?: DiscoveryInfo;
  readonly labels?: Labels;
  readonly shutdown_grace_period?: DurationInfo;
}

export type { TaskState };

export interface TaskStatus {
  readonly task_id: Value<string>;
  readonly state: TaskState;
  readonly source?: 'SOURCE_MASTER' | 'SOURCE_AGENT' | 'SOURCE_EXECUTOR';
  readonly reason?: string;
  readonly message?: string;
  readonly agent_id?: Value<string>;
  readonly executor_id?: Value<string>;
  /** Seconds since the epoch, fractional. */
  readonly timestamp?: number;
  /** Base64 of 16 bytes; present exactly when the update must be acknowledged. */
  readonly uuid?: string;
  readonly healthy?: boolean;
  readonly check_status?: {
    readonly type: 'COMMAND' | 'HTTP' | 'TCP';
    readonly command?: { readonly exit_code?: number };
    readonly http?: { readonly status_code?: number };
    readonly tcp?: { readonly succeeded?: boolean };
  };
  readonly container_status?: ContainerStatus;
  /** Base64. */
  readonly data?: string;
  readonly labels?: Labels;
  readonly limitation?: { readonly resources?: readonly Resource[] };
  readonly unreachable_time?: DurationInfo;
}

export interface ContainerStatus {
  readonly container_id?: { readonly value: string; readonly parent?: { readonly value: string } };
  readonly network_infos?: readonly NetworkInfo[];
  readonly executor_pid?: number;
}

export interface FrameworkInfo {
  readonly id?: Value<string>;
  readonly user: string;
  readonly name: string;
  /** Seconds; default 0. */
  readonly failover_timeout?: number;
  readonly checkpoint?: boolean;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly hostname?: string;
  readonly webui_url?: string;
  readonly principal?: string;
  /** The type is absent when it is one that the master does not know. */
  readonly capabilities?: readonly { readonly type?: string }[];
  readonly labels?: Labels;
  /** By role. */
  readonly offer_filters?: Readonly<Record<string, OfferFilter>>;
}

/** What an offer must at least hold to be worth sending: one of these. Without any, every offer is. */
export interface OfferFilter {
  readonly min_allocatable_resources?: {
    readonly quantities?: readonly { readonly quantities?: Readonly<Record<string, Value<number>>> }[];
  };
}

export interface Offer {
  readonly id: Value<string>;
  readonly framework_id: Value<string>;
  readonly agent_id: Value<string>;
  readonly hostname: string;
  readonly url?: {
    readonly scheme: string;
    readonly address: { readonly hostname?: string; readonly ip?: string; readonly port: number };
    readonly path?: string;
  };
  readonly resources: readonly Resource[];
  readonly attributes?: readonly Attribute[];
  readonly executor_ids?: readonly Value<string>[];
  readonly allocation_info?: { readonly role: string };
  readonly unavailability?: { readonly start: DurationInfo; readonly duration?: DurationInfo };
  readonly domain?: DomainInfo;
}

/** Asks a framework to leave an agent that will be away. */
export interface InverseOffer {
  readonly id: Value<string>;
  readonly framework_id: Value<string>;
  readonly agent_id: Value<string>;
  readonly unavailability: NonNullable<Offer['unavailability']>;
}

export interface DomainInfo {
  readonly fault_domain?: {
    readonly region: { readonly name: string };
    readonly zone: { readonly name: string };
  };
}

/** What the master sends on a scheduler's stream. */
export type SchedulerEvent =
  | {
      readonly type: 'SUBSCRIBED';
      readonly subscribed: {
        readonly framework_id: Value<string>;
        readonly heartbeat_interval_seconds: number;
        readonly master_info?: Record<string, unknown>;
      };
    }
  | { readonly type: 'OFFERS'; readonly offers: { readonly offers: readonly Offer[] } }
  | {
      readonly type: 'INVERSE_OFFERS';
      readonly inverse_offers: { readonly inverse_offers: readonly InverseOffer[] };
    }
  | {
      readonly type: 'RESCIND_INVERSE_OFFER';
      readonly rescind_inverse_offer: { readonly inverse_offer_id: Value<string> };
    }
  | { readonly type: 'RESCIND'; readonly rescind: { readonly offer_id: Value<string> } }
  | { readonly type: 'UPDATE'; readonly update: { readonly status: TaskStatus } }
  | {
      readonly type: 'MESSAGE';
      readonly message: {
        readonly agent_id: Value<string>;
        readonly executor_id: Value<string>;
        readonly data: string;
      };
    }
  | {
      readonly type: 'FAILURE';
      readonly failure: {
        readonly agent_id?: Value<string>;
        readonly executor_id?: Value<string>;
        readonly status?: number;
      };
    }
  | {
      readonly type: 'UPDATE_OPERATION_STATUS';
      readonly update_operation_status: { readonly status: OperationStatus };
    }
  | { readonly type: 'ERROR'; readonly error: { readonly message: string } }
  | { readonly type: 'HEARTBEAT' };

export interface OperationStatus {
  readonly operation_id?: Value<string>;
  readonly state: 'OPERATION_FINISHED' | 'OPERATION_ERROR' | 'OPERATION_UNKNOWN';
  readonly message?: string;
  readonly agent_id?: Value<string>;
}

export interface Filters {
  readonly refuse_seconds?: number;
}
