import type { MesosTask, Resources } from '../../../diagnosis/index.ts';

export type {
  App,
  Deployment,
  DeploymentAction,
  HealthResult,
  MesosTask,
  QueueEntry,
  Resources,
  Task,
  TaskFailure,
  UnusedOffer,
} from '../../../diagnosis/index.ts';

/** Mesos' JSON as far as the page reads it; names are the wire's. */
export interface Agent {
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
  readonly pid: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly registered_time: number;
  readonly resources: Resources;
  readonly used_resources: Resources;
  readonly offered_resources: Resources;
  readonly reserved_resources: Readonly<Record<string, Resources>>;
  readonly unreserved_resources: Resources;
  readonly active: boolean;
  readonly deactivated?: boolean;
  readonly version: string;
  readonly drain_info?: { readonly state: string };
}

export interface Offer {
  readonly id: string;
  readonly framework_id: string;
  readonly slave_id: string;
  readonly resources: Resources;
}

export interface Framework {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  readonly user: string;
  readonly principal?: string;
  readonly active: boolean;
  readonly connected?: boolean;
  readonly registered_time: number;
  readonly unregistered_time: number;
  readonly roles?: readonly string[];
  readonly role?: string;
  readonly webui_url?: string;
  readonly capabilities?: readonly string[];
  readonly failover_timeout?: number;
  readonly used_resources: Resources;
  readonly offered_resources: Resources;
  readonly tasks?: readonly MesosTask[];
  readonly completed_tasks?: readonly MesosTask[];
  readonly unreachable_tasks?: readonly MesosTask[];
  readonly offers?: readonly Offer[];
}

export interface MesosState {
  readonly id: string;
  readonly version: string;
  readonly hostname: string;
  readonly start_time: number;
  readonly elected_time?: number;
  readonly leader?: string;
  readonly cluster?: string;
  readonly activated_slaves: number;
  readonly deactivated_slaves: number;
  readonly unreachable_slaves?: number;
  readonly slaves: readonly Agent[];
  readonly frameworks: readonly Framework[];
  readonly completed_frameworks?: readonly Framework[];
  readonly flags?: Readonly<Record<string, string>>;
}

export interface Role {
  readonly name: string;
  readonly weight: number;
  readonly frameworks: readonly string[];
  readonly resources?: Resources;
  readonly allocated?: Resources;
  readonly offered?: Resources;
  readonly reserved?: Resources;
  readonly quota?: {
    readonly guarantee?: Resources;
    readonly limit?: Resources;
    readonly consumed?: Resources;
  };
}
