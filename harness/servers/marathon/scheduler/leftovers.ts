import type { StateStore } from '../store/state-store.ts';
import type { InstanceChange } from '../tracker/tracker.ts';

/** Reservations of instances that are gone: their roles want offers until the resources have been given back. */
export class Leftovers {
  readonly #store: StateStore;
  /** Called when resources of a role have to be given back. */
  readonly #onDemand: (role: string) => void;

  constructor(store: StateStore, onDemand: (role: string) => void) {
    this.#store = store;
    this.#onDemand = onDemand;
  }

  get roles(): readonly string[] {
    return [...new Set(this.#store.leftovers.map(({ role }) => role))];
  }

  wants(role: string): boolean {
    return this.#store.leftovers.some((leftover) => leftover.role === role);
  }

  onInstanceChange({ before, after }: InstanceChange): void {
    if (after !== null || before?.reservation === undefined) return;
    const { instanceId, role } = before;
    this.#store.putLeftover({ instanceId, role });
    this.#onDemand(role);
  }

  /** What was offered of the instance's is on its way back. */
  freed(instanceId: string): void {
    this.#store.removeLeftover(instanceId);
  }
}
