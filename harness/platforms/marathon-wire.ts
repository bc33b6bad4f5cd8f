/** Marathon's JSON as far as the harness reads it; more members may be there. Names are the wire's. */
export interface MarathonApp {
  readonly id: string;
  readonly version: string;
  readonly instances: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly deployments?: readonly { readonly id: string }[];
  readonly tasksStaged?: number;
  readonly tasksRunning?: number;
  readonly tasksHealthy?: number;
  readonly tasksUnhealthy?: number;
  readonly tasks?: readonly MarathonTask[];
  readonly lastTaskFailure?: {
    readonly taskId: string;
    readonly state: string;
    readonly message: string;
    readonly version: string;
    readonly timestamp: string;
  };
  readonly [member: string]: unknown;
}

/** `/v2/info` */
export interface MarathonInfo {
  readonly name?: string;
  readonly version?: string;
  readonly frameworkId?: string;
}

export interface MarathonTask {
  readonly id: string;
  readonly appId: string;
  readonly version: string;
  readonly state: string;
  readonly host: string;
  readonly ports: readonly number[];
  readonly slaveId: string;
  readonly startedAt?: string | null;
  readonly stagedAt?: string | null;
  /** One per health check, once it has been asked. */
  readonly healthCheckResults?: readonly { readonly alive: boolean }[];
}

export interface MarathonDeployment {
  readonly id: string;
  readonly version: string;
  readonly affectedApps: readonly string[];
  readonly currentStep: number;
  readonly totalSteps: number;
  readonly currentActions?: readonly { readonly action: string; readonly app: string }[];
}

/** What Marathon answers to everything that changes an app or a group. */
export interface StartedDeployment {
  readonly deploymentId: string;
  readonly version: string;
}

/** One event of `/v2/events`; the other members depend on the type. */
export interface MarathonEvent {
  readonly eventType: string;
  readonly timestamp: string;
  readonly [member: string]: unknown;
}

/** How a deployment left Marathon's list. `gone`: while nobody listened, so that Marathon no longer tells how. */
export type DeploymentEnd = 'succeeded' | 'failed' | 'gone';

/** An app that Marathon has tasks to start for, from `/v2/queue`. */
export interface QueuedApp {
  readonly app: { readonly id: string };
  readonly role?: string;
  readonly count: number;
  readonly delay: { readonly timeLeftSeconds: number; readonly overdue: boolean };
  readonly processedOffersSummary?: {
    readonly rejectSummaryLastOffers?: readonly { readonly reason: string; readonly declined: number }[];
  };
}
