import type { AppDefinition, Group, PathId, Timestamp } from '../definition/index.ts';
import { appsBelow } from '../group/index.ts';
import type { Instance } from '../tracker/instance.ts';
import { FlatRoot, rootDifference } from './flat-root.ts';
import { Journal } from './journal.ts';
import type {
  RootRecord,
  StoredDeployment,
  StoredInstance,
  StoredLeftover,
  StoreRecord,
  TaskFailure,
} from './records.ts';

/** States of the tree that are kept, as Marathon's `zk_max_versions`. */
const keptRoots = 50;

/**
 * What must survive the death of the process: the trees, the framework id, the instances, the running deployments, what is
 * still to be given back and each app's last failure. Changes are written by {@link flush}, at the latest at the end of the event loop's turn.
 */
export class StateStore {
  readonly #journal: Journal;
  readonly #definitions = new Map<string, AppDefinition>();
  readonly #roots: Group[] = [];
  readonly #instances = new Map<string, StoredInstance>();
  readonly #deployments = new Map<string, StoredDeployment>();
  readonly #leftovers = new Map<string, StoredLeftover>();
  readonly #failures = new Map<PathId, TaskFailure>();
  #frameworkId: string | null = null;

  /**
   * Reads what `directory` holds and goes on from there.
   *
   * @throws Error when the journal is damaged anywhere but in its last line, which a killed process may have torn.
   */
  constructor(directory: string) {
    this.#journal = new Journal(directory, () => this.#snapshot());
    this.#replay(this.#journal.read());
  }

  get frameworkId(): string | null {
    return this.#frameworkId;
  }

  /** Oldest first. */
  get roots(): readonly Group[] {
    return this.#roots;
  }

  get deployments(): readonly StoredDeployment[] {
    return [...this.#deployments.values()];
  }

  get instances(): readonly Instance[] {
    return [...this.#instances.values()].flatMap((stored) => {
      const app = this.#definitions.get(keyOf(stored.appId, stored.version));
      return app === undefined ? [] : [{ ...stored, app }];
    });
  }

  get leftovers(): readonly StoredLeftover[] {
    return [...this.#leftovers.values()];
  }

  root(version: Timestamp): Group | undefined {
    return this.#roots.findLast((root) => root.version === version);
  }

  failure(appId: PathId): TaskFailure | undefined {
    return this.#failures.get(appId);
  }

  setFrameworkId(id: string | null): void {
    if (this.#frameworkId === id) return;
    this.#frameworkId = id;
    this.#journal.append({ kind: 'framework', id });
  }

  addRoot(root: Group): void {
    for (const record of this.#rootRecords(this.#roots.at(-1), root)) this.#journal.append(record);
    this.#roots.push(root);
    this.#forgetOldRoots();
  }

  putInstance(instance: Instance): void {
    const { app, ...stored } = instance;
    if (this.#define(app)) this.#journal.append({ kind: 'app', app });
    this.#instances.set(stored.instanceId, stored);
    this.#journal.append({ kind: 'instance', instance: stored });
  }

  removeInstance(id: string): void {
    if (this.#instances.delete(id)) this.#journal.append({ kind: 'instance-removed', id });
  }

  putDeployment(deployment: StoredDeployment): void {
    this.#deployments.set(deployment.id, deployment);
    this.#journal.append({ kind: 'deployment', deployment });
  }

  removeDeployment(id: string): void {
    if (this.#deployments.delete(id)) this.#journal.append({ kind: 'deployment-ended', id });
  }

  putLeftover(leftover: StoredLeftover): void {
    this.#leftovers.set(leftover.instanceId, leftover);
    this.#journal.append({ kind: 'leftover', leftover });
  }

  removeLeftover(id: string): void {
    if (this.#leftovers.delete(id)) this.#journal.append({ kind: 'leftover-freed', id });
  }

  setFailure(appId: PathId, failure: TaskFailure | null): void {
    if (failure === null && !this.#failures.has(appId)) return;
    if (failure === null) this.#failures.delete(appId);
    else this.#failures.set(appId, failure);
    this.#journal.append({ kind: 'failure', appId, failure });
  }

  /** Everything said so far is on disk (safe from the death of the process, not of the machine) when this returns. */
  flush(): void {
    this.#journal.flush();
  }

  close(): void {
    this.#journal.close();
  }

  #replay(records: readonly StoreRecord[]): void {
    const flat = new FlatRoot();
    const wanted = this.#wantedRoots(records);
    for (const record of records) {
      switch (record.kind) {
        case 'framework':
          this.#frameworkId = record.id;
          break;
        case 'app':
          this.#define(record.app);
          break;
        case 'root': {
          flat.apply(record);
          if (!wanted.has(record)) break;
          const root = flat.build((id, version) => this.#definitions.get(keyOf(id, version)));
          if (root !== undefined) this.#roots.push(root);
          break;
        }
        case 'instance':
          this.#instances.set(record.instance.instanceId, record.instance);
          break;
        case 'instance-removed':
          this.#instances.delete(record.id);
          break;
        case 'deployment':
          this.#deployments.set(record.deployment.id, record.deployment);
          break;
        case 'deployment-ended':
          this.#deployments.delete(record.id);
          break;
        case 'leftover':
          this.#leftovers.set(record.leftover.instanceId, record.leftover);
          break;
        case 'leftover-freed':
          this.#leftovers.delete(record.id);
          break;
        case 'failure':
          if (record.failure === null) this.#failures.delete(record.appId);
          else this.#failures.set(record.appId, record.failure);
          break;
        default:
          unreachable(record);
      }
    }
  }

  /** Building a tree is the costly part of reading, so only those that will be kept are built. */
  #wantedRoots(records: readonly StoreRecord[]): ReadonlySet<RootRecord> {
    const running = new Set<Timestamp>();
    const ended = new Set(
      records.flatMap((record) => (record.kind === 'deployment-ended' ? [record.id] : [])),
    );
    for (const record of records) {
      if (record.kind !== 'deployment' || ended.has(record.deployment.id)) continue;
      running.add(record.deployment.from).add(record.deployment.to);
    }
    const roots = records.filter((record) => record.kind === 'root');
    const isRunning = (root: RootRecord): boolean =>
      root.groups.some((group) => group.id === '/' && running.has(group.version));
    return new Set(roots.filter((root, index) => index >= roots.length - keptRoots || isRunning(root)));
  }

  #forgetOldRoots(): void {
    const surplus = this.#roots.length - keptRoots;
    if (surplus <= 0) return;
    const running = new Set(this.deployments.flatMap(({ from, to }) => [from, to]));
    const kept = this.#roots.filter((root, index) => index >= surplus || running.has(root.version));
    this.#roots.splice(0, this.#roots.length, ...kept);
  }

  #rootRecords(before: Group | undefined, after: Group): readonly StoreRecord[] {
    const difference = rootDifference(before, after);
    const changed = new Set(difference.apps.map(([id]) => id));
    const fresh = appsBelow(after).filter((app) => changed.has(app.id) && this.#define(app));
    return [...fresh.map((app): StoreRecord => ({ kind: 'app', app })), difference];
  }

  /** Whether the definition was not known yet. */
  #define(app: AppDefinition): boolean {
    const key = keyOf(app.id, app.version);
    if (this.#definitions.has(key)) return false;
    this.#definitions.set(key, app);
    return true;
  }

  /** The shortest list of records that makes the present state. */
  #snapshot(): readonly StoreRecord[] {
    const instances = this.instances;
    this.#definitions.clear();
    const records: StoreRecord[] = [{ kind: 'framework', id: this.#frameworkId }];
    let before: Group | undefined;
    for (const root of this.#roots) {
      records.push(...this.#rootRecords(before, root));
      before = root;
    }
    for (const { app, ...instance } of instances) {
      if (this.#define(app)) records.push({ kind: 'app', app });
      records.push({ kind: 'instance', instance });
    }
    for (const deployment of this.#deployments.values()) records.push({ kind: 'deployment', deployment });
    for (const leftover of this.#leftovers.values()) records.push({ kind: 'leftover', leftover });
    for (const [appId, failure] of this.#failures) records.push({ kind: 'failure', appId, failure });
    return records;
  }
}

function keyOf(id: PathId, version: Timestamp): string {
  return `${id}@${version}`;
}

function unreachable(record: never): never {
  throw new Error(`unknown record ${JSON.stringify(record)}`);
}
