/** An app whose tasks can be told by their address, and the apps that it declares to call. */
export interface Caller {
  readonly appId: string;
  /** Addresses that only tasks of this app have: containers have some, processes of the machine have none. */
  readonly addresses: readonly string[];
  /** Null: it declares nothing, and may call every app. */
  readonly calls: readonly string[] | null;
}

export interface UndeclaredCall {
  readonly from: string;
  readonly to: string;
}

/** Knows the tasks behind addresses, and refuses them the apps that theirs does not declare to call. */
export class Callers {
  readonly #byApp = new Map<string, Caller>();
  readonly #byAddress = new Map<string, Caller>();
  readonly #told = new Set<string>();
  readonly #onUndeclared: (call: UndeclaredCall) => void;

  /** `onUndeclared` hears of each pair of apps once. */
  constructor(onUndeclared: (call: UndeclaredCall) => void) {
    this.#onUndeclared = onUndeclared;
  }

  /** Every app there is; the others are gone. */
  takeAll(callers: readonly Caller[]): void {
    const seen = new Set(callers.map(({ appId }) => appId));
    for (const appId of [...this.#byApp.keys()]) if (!seen.has(appId)) this.forget(appId);
    for (const caller of callers) this.take(caller);
  }

  take(caller: Caller): void {
    this.forget(caller.appId);
    this.#byApp.set(caller.appId, caller);
    for (const address of caller.addresses) this.#byAddress.set(address, caller);
  }

  forget(appId: string): void {
    const known = this.#byApp.get(appId);
    this.#byApp.delete(appId);
    for (const address of known?.addresses ?? []) {
      if (this.#byAddress.get(address) === known) this.#byAddress.delete(address);
    }
  }

  /** The app at this address, when it may not call the other one; null when it may, or is not known. */
  undeclared(address: string, appId: string): string | null {
    const caller = this.#byAddress.get(address);
    if (caller === undefined || caller.calls === null || caller.appId === appId) return null;
    if (caller.calls.includes(appId)) return null;
    const pair = `${caller.appId} ${appId}`;
    if (!this.#told.has(pair)) {
      this.#told.add(pair);
      this.#onUndeclared({ from: caller.appId, to: appId });
    }
    return caller.appId;
  }
}
