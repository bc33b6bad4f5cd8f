import type { TaskStatus } from '../../mesos/v1.ts';
import type { PathId } from '../definition/index.ts';
import type { Instance } from './instance.ts';

/** `after` is null when the instance was removed; `before` is null when it is new. */
export interface InstanceChange {
  readonly before: Instance | null;
  readonly after: Instance | null;
  /** What Mesos said, when that made the change. */
  readonly status?: TaskStatus;
}

export type InstanceListener = (change: InstanceChange) => void;

/**
 * All instances. A change is visible at once; the listeners hear of it in the order they were added, one change after
 * the other, also when a listener makes further changes.
 */
export class InstanceTracker {
  readonly #byId = new Map<string, Instance>();
  readonly #byApp = new Map<PathId, Map<string, Instance>>();
  readonly #listeners: InstanceListener[] = [];
  readonly #unheard: InstanceChange[] = [];
  #isTelling = false;

  onChange(listener: InstanceListener): void {
    this.#listeners.push(listener);
  }

  get(instanceId: string): Instance | undefined {
    return this.#byId.get(instanceId);
  }

  /** Oldest first. */
  of(appId: PathId): readonly Instance[] {
    return [...(this.#byApp.get(appId)?.values() ?? [])];
  }

  countOf(appId: PathId): number {
    return this.#byApp.get(appId)?.size ?? 0;
  }

  all(): IterableIterator<Instance> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Takes up an instance of an earlier run; nobody is told. */
  restore(instance: Instance): void {
    this.#keep(instance);
  }

  put(instance: Instance, status?: TaskStatus): void {
    const before = this.#byId.get(instance.instanceId) ?? null;
    if (before === instance && status === undefined) return;
    this.#keep(instance);
    this.#tell({ before, after: instance, status });
  }

  /** `last`: the state to report, such as the one the task ended in. */
  remove(last: Instance, status?: TaskStatus): void {
    const before = this.#byId.get(last.instanceId);
    if (before === undefined) return;
    this.#byId.delete(last.instanceId);
    const ofApp = this.#byApp.get(last.appId);
    ofApp?.delete(last.instanceId);
    if (ofApp?.size === 0) this.#byApp.delete(last.appId);
    if (before !== last) this.#tell({ before, after: last, status });
    this.#tell({ before: last, after: null });
  }

  #keep(instance: Instance): void {
    this.#byId.set(instance.instanceId, instance);
    const ofApp = this.#byApp.get(instance.appId) ?? new Map<string, Instance>();
    this.#byApp.set(instance.appId, ofApp.set(instance.instanceId, instance));
  }

  #tell(change: InstanceChange): void {
    this.#unheard.push(change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#unheard.shift(); next !== undefined; next = this.#unheard.shift()) {
        for (const listener of this.#listeners) listener(next);
      }
    } finally {
      this.#isTelling = false;
    }
  }
}
