import type { Timer } from '../../../plumbing/clock.ts';
import type { Resources } from '../allocator/resources.ts';
import type { AgentDescription, MasterEnd } from '../link.ts';
import type {
  ExecutorInfo,
  FrameworkInfo,
  Offer,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../v1.ts';
import type { BoundedMap } from './bounded-map.ts';

/** Where a framework's events go. A sink that cannot keep up closes itself and says so through `onClose`. */
export interface EventSink {
  send(event: SchedulerEvent): void;
  /** Ends the stream after what was sent. */
  close(): void;
}

/** A subscription that stands. */
export interface Connection {
  readonly streamId: string;
  readonly sink: EventSink;
  readonly heartbeat: Timer;
}

export interface Framework {
  readonly id: string;
  info: FrameworkInfo;
  roles: ReadonlySet<string>;
  /** As the framework asked for; the allocator keeps its own account. */
  suppressed: ReadonlySet<string>;
  capabilities: ReadonlySet<string>;
  /** Null while disconnected. */
  connection: Connection | null;
  /** Known only from agents that run its tasks: it has not subscribed to this master yet. */
  recovered: boolean;
  failoverTimer: Timer | null;
  readonly registeredAt: number;
  reregisteredAt: number | null;
  unregisteredAt: number | null;
  /** Everything not yet acknowledged as ended, by task id. */
  readonly tasks: Map<string, Task>;
  readonly unreachableTasks: BoundedMap<Task>;
  readonly completedTasks: BoundedMap<Task>;
  readonly offers: Set<OfferRecord>;
  readonly calls: Map<string, number>;
}

export interface Task {
  readonly info: TaskInfo;
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
  /** Absent for command tasks. */
  readonly executorId?: string;
  readonly role: string;
  readonly user?: string;
  readonly resources: Resources;
  /** The newest state known, which may be ahead of what the framework was told. */
  state: TaskState;
  /** One per state in the order of arrival; a repeat replaces the last. */
  statuses: TaskStatus[];
  /** The update that was last passed on to the framework and may be acknowledged. */
  update: { readonly state: TaskState; readonly uuid: string } | null;
}

export interface Executor {
  readonly info: ExecutorInfo;
  readonly id: string;
  readonly frameworkId: string;
  readonly role: string;
  readonly resources: Resources;
}

/** Where a drain stands; it has ended when `drained`. */
export interface Drain {
  readonly state: 'DRAINING' | 'DRAINED';
  readonly maxGracePeriodNs?: number;
  readonly markGone: boolean;
}

export interface Agent {
  readonly id: string;
  description: AgentDescription;
  total: Resources;
  /** Null while disconnected. */
  end: MasterEnd | null;
  readonly registeredAt: number;
  reregisteredAt: number | null;
  /** Set by an operator: no offers until reactivated. */
  deactivated: boolean;
  drain: Drain | null;
  unansweredPings: number;
  pingTimer: Timer | null;
  reregisterTimer: Timer | null;
  readonly tasks: Map<string, Task>;
  readonly executors: Map<string, Executor>;
  readonly offers: Set<OfferRecord>;
  /** Tasks to be killed that the agent could not be told of while it was disconnected. */
  readonly pendingKills: Set<string>;
}

export interface OfferRecord {
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly role: string;
  readonly resources: Resources;
  readonly message: Offer;
  readonly timer: Timer | null;
}

/** The state the framework was last told, which is what reconciliation answers. */
export function deliveredState(task: Task): TaskState {
  return task.update?.state ?? task.state;
}

/** Keys of the maps that hold tasks and executors of several frameworks. Ids hold no line feed. */
export function keyIn(frameworkId: string, id: string): string {
  return `${frameworkId}\n${id}`;
}

export interface InverseOfferRecord {
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
}

/** What a framework said when it was asked to leave an agent. */
export interface InverseAnswer {
  readonly status: 'ACCEPT' | 'DECLINE';
  /** When it was given, in milliseconds since the epoch. */
  readonly at: number;
  /** Until when the question is not repeated, in the clock's monotonic milliseconds. */
  readonly until: number;
}
