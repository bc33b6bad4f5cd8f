import type {
  Attribute,
  DomainInfo,
  ExecutorInfo,
  FrameworkInfo,
  KillPolicy,
  Resource,
  TaskInfo,
  TaskStatus,
} from './v1.ts';

/**
 * The wire between the master and one agent. Mesos uses libprocess messages here; one machine's engine needs none,
 * so messages are values handed over asynchronously, in order, and a fault can delay, drop or cut them.
 */
export type AgentMessage =
  | {
      readonly kind: 'register';
      readonly agent: AgentDescription;
      /** Set when the agent has been registered before: it keeps its id and reports what it runs. */
      readonly known?: { readonly agentId: string; readonly tasks: readonly RunningTask[] };
    }
  /** `latest` is the task's newest state, which may be ahead of the state this update delivers. */
  | {
      readonly kind: 'status-update';
      readonly frameworkId: string;
      readonly status: TaskStatus;
      readonly latest: TaskStatus['state'];
    }
  | {
      readonly kind: 'executor-exited';
      readonly frameworkId: string;
      readonly executorId: string;
      readonly status: number;
    }
  | {
      readonly kind: 'executor-message';
      readonly frameworkId: string;
      readonly executorId: string;
      readonly data: string;
    }
  | { readonly kind: 'pong' };

export type MasterMessage =
  | { readonly kind: 'registered'; readonly agentId: string }
  /** The agent may not come back (gone, or unknown to a master that lost its registry): it ends what it runs. */
  | { readonly kind: 'shutdown'; readonly message: string }
  | {
      readonly kind: 'run-task';
      readonly framework: FrameworkInfo;
      readonly role: string;
      readonly task: TaskInfo;
    }
  | {
      readonly kind: 'run-group';
      readonly framework: FrameworkInfo;
      readonly role: string;
      readonly executor: ExecutorInfo;
      readonly tasks: readonly TaskInfo[];
    }
  | {
      readonly kind: 'kill';
      readonly frameworkId: string;
      readonly taskId: string;
      readonly policy?: KillPolicy;
      readonly reason?: string;
    }
  | {
      readonly kind: 'acknowledge';
      readonly frameworkId: string;
      readonly taskId: string;
      readonly uuid: string;
    }
  /** All that the agent has from now on, reservations and volumes included; volumes that are not among it are destroyed. */
  | { readonly kind: 'checkpoint-resources'; readonly resources: readonly Resource[] }
  | { readonly kind: 'shutdown-framework'; readonly frameworkId: string }
  | { readonly kind: 'shutdown-executor'; readonly frameworkId: string; readonly executorId: string }
  | {
      readonly kind: 'framework-message';
      readonly frameworkId: string;
      readonly executorId: string;
      readonly data: string;
    }
  /** The framework (re)subscribed: unacknowledged updates are sent again at once. */
  | { readonly kind: 'framework-updated'; readonly framework: FrameworkInfo }
  | { readonly kind: 'ping' };

export interface AgentDescription {
  readonly hostname: string;
  readonly port: number;
  /** `slave(n)@ip:port`. */
  readonly pid: string;
  readonly resources: readonly Resource[];
  readonly attributes: readonly Attribute[];
  /** Agents that name the same machine share its ports. Absent: the agent has its ports to itself. */
  readonly machine?: string;
  readonly domain?: DomainInfo;
  readonly version: string;
  readonly capabilities: readonly string[];
}

export interface RunningTask {
  readonly framework: FrameworkInfo;
  readonly role: string;
  readonly task: TaskInfo;
  readonly executor?: ExecutorInfo;
  readonly latest: TaskStatus;
}

/** One end of the wire. Closing one end closes the other. */
export interface LinkEnd<Out, In> {
  send(message: Out): void;
  /** Replaces the previous handlers. `onClose` is called once, also when this end closed it. */
  listen(handlers: { readonly onMessage: (message: In) => void; readonly onClose: () => void }): void;
  close(): void;
}

export type AgentEnd = LinkEnd<AgentMessage, MasterMessage>;
export type MasterEnd = LinkEnd<MasterMessage, AgentMessage>;

/** What an agent dials: the master's front door in this process. Throws when no master listens. */
export interface MasterDoor {
  connect(end: MasterEnd): void;
}
