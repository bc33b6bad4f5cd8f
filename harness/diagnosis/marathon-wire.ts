/** Marathon's JSON as far as people are told of it; names are the wire's. */
export interface App {
  readonly id: string;
  readonly version: string;
  readonly instances: number;
  readonly cpus: number;
  readonly mem: number;
  readonly disk?: number;
  readonly gpus?: number;
  readonly cmd?: string | null;
  readonly args?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly healthChecks?: readonly object[];
  readonly readinessChecks?: readonly object[];
  readonly dependencies?: readonly string[];
  readonly container?: { readonly type?: string; readonly docker?: { readonly image?: string } };
  readonly versionInfo?: { readonly lastScalingAt: string; readonly lastConfigChangeAt: string };
  readonly deployments?: readonly { readonly id: string }[];
  readonly tasksStaged?: number;
  readonly tasksRunning?: number;
  readonly tasksHealthy?: number;
  readonly tasksUnhealthy?: number;
  readonly tasks?: readonly Task[];
  readonly lastTaskFailure?: TaskFailure;
  readonly role?: string;
  readonly [member: string]: unknown;
}

export interface TaskFailure {
  readonly taskId: string;
  readonly state: string;
  readonly message: string;
  readonly version: string;
  readonly timestamp: string;
  readonly host?: string;
  readonly slaveId?: string;
}

export interface Task {
  readonly id: string;
  readonly appId: string;
  readonly version: string;
  readonly state: string;
  readonly host: string;
  readonly ports: readonly number[];
  readonly slaveId: string;
  readonly startedAt?: string | null;
  readonly stagedAt?: string | null;
  readonly healthCheckResults?: readonly HealthResult[];
  readonly ipAddresses?: readonly { readonly ipAddress: string }[];
}

export interface HealthResult {
  readonly alive: boolean;
  readonly consecutiveFailures: number;
  readonly firstSuccess?: string | null;
  readonly lastSuccess?: string | null;
  readonly lastFailure?: string | null;
  readonly lastFailureCause?: string | null;
}

export interface Deployment {
  readonly id: string;
  readonly version: string;
  readonly affectedApps: readonly string[];
  readonly affectedPods?: readonly string[];
  readonly currentStep: number;
  readonly totalSteps: number;
  readonly steps?: readonly { readonly actions: readonly DeploymentAction[] }[];
  readonly currentActions?: readonly DeploymentAction[];
}

export interface DeploymentAction {
  readonly action?: string;
  readonly type?: string;
  readonly app?: string;
}

export interface QueueEntry {
  readonly app: { readonly id: string };
  readonly count: number;
  readonly since: string;
  readonly delay: { readonly timeLeftSeconds: number; readonly overdue: boolean };
  readonly processedOffersSummary?: {
    readonly processedOffersCount: number;
    readonly unusedOffersCount: number;
    readonly lastUsedOfferAt?: string | null;
    readonly lastUnusedOfferAt?: string | null;
    readonly rejectSummaryLastOffers?: readonly Rejection[];
    readonly rejectSummaryLaunchAttempt?: readonly Rejection[];
  };
  readonly lastUnusedOffers?: readonly UnusedOffer[];
}

export interface Rejection {
  readonly reason: string;
  readonly declined: number;
  readonly processed: number;
}

export interface UnusedOffer {
  readonly timestamp: string;
  readonly reason: readonly string[];
  readonly offer: {
    readonly id: string;
    readonly hostname: string;
    readonly agentId?: string;
    readonly resources: readonly {
      readonly name: string;
      readonly scalar?: number;
      readonly role?: string;
    }[];
  };
}
