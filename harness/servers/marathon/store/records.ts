import type { AppDefinition, PathId, Timestamp } from '../definition/index.ts';
import type { Instance } from '../tracker/instance.ts';

/** One line of the journal. The state is what all lines, applied in order, make. */
export type StoreRecord =
  | { readonly kind: 'framework'; readonly id: string | null }
  /** A definition that later records name by id and version. */
  | { readonly kind: 'app'; readonly app: AppDefinition }
  | RootRecord
  | { readonly kind: 'instance'; readonly instance: StoredInstance }
  | { readonly kind: 'instance-removed'; readonly id: string }
  | { readonly kind: 'deployment'; readonly deployment: StoredDeployment }
  | { readonly kind: 'deployment-ended'; readonly id: string }
  | { readonly kind: 'leftover'; readonly leftover: StoredLeftover }
  | { readonly kind: 'leftover-freed'; readonly id: string }
  | { readonly kind: 'failure'; readonly appId: PathId; readonly failure: TaskFailure | null };

/** How one tree differs from the tree of the record before. */
export interface RootRecord {
  readonly kind: 'root';
  readonly groups: readonly StoredGroup[];
  readonly apps: readonly (readonly [id: PathId, version: Timestamp])[];
  readonly gone: readonly PathId[];
}

export interface StoredGroup {
  readonly id: PathId;
  readonly dependencies: readonly PathId[];
  readonly version: Timestamp;
  readonly enforceRole: boolean;
}

/** The definition is named by the app's id and the version. */
export type StoredInstance = Omit<Instance, 'app'>;

/** A running plan; the trees it leads from and to are named by their versions. */
export interface StoredDeployment {
  readonly id: string;
  readonly version: Timestamp;
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly condemned: Readonly<Record<PathId, readonly string[]>>;
  /** When it began: a reading of the monotonic clock. */
  readonly since: number;
}

/** An instance that is gone and whose reservation is not given back yet. */
export interface StoredLeftover {
  readonly instanceId: string;
  readonly role: string;
}

/** `lastTaskFailure`, as the API prints it. */
export interface TaskFailure {
  readonly appId: PathId;
  readonly host: string;
  readonly message: string;
  readonly state: string;
  readonly taskId: string;
  readonly timestamp: Timestamp;
  readonly version: Timestamp;
  readonly slaveId?: string;
}
