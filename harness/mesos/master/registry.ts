import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Resource } from '../v1.ts';
import type { Drain } from './entities.ts';

export interface RegisteredAgent {
  readonly id: string;
  readonly hostname: string;
  readonly deactivated?: boolean;
  readonly drain?: Drain;
  /** Set once reservations or volumes were made on the agent. */
  readonly checkpointedResources?: readonly Resource[];
}

export interface MachineId {
  readonly hostname?: string;
  readonly ip?: string;
}

export interface MaintenanceWindow {
  readonly machine_ids: readonly MachineId[];
  readonly unavailability: {
    readonly start: { readonly nanoseconds: number };
    readonly duration?: { readonly nanoseconds: number };
  };
}

export interface QuotaConfig {
  readonly role: string;
  readonly guarantees: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
}

/** What outlives a master, because no agent or framework can tell it to the next one. */
export interface RegistryState {
  readonly agents: Readonly<Record<string, RegisteredAgent>>;
  /** When each was given up, in nanoseconds since the epoch. */
  readonly unreachable: Readonly<Record<string, RegisteredAgent & { readonly sinceNs: number }>>;
  readonly gone: Readonly<Record<string, { readonly sinceNs: number }>>;
  readonly weights: Readonly<Record<string, number>>;
  readonly quotas: Readonly<Record<string, QuotaConfig>>;
  readonly windows: readonly MaintenanceWindow[];
  readonly downMachines: readonly MachineId[];
}

const emptyState: RegistryState = {
  agents: {},
  unreachable: {},
  gone: {},
  weights: {},
  quotas: {},
  windows: [],
  downMachines: [],
};

/**
 * The registry: one small JSON file, replaced whole. Changes of one turn of the event loop are written together;
 * `flush` writes what is still unwritten.
 */
export class Registry {
  readonly #file: string | null;
  #state: RegistryState;
  #dirty = false;

  private constructor(file: string | null, state: RegistryState) {
    this.#file = file;
    this.#state = state;
  }

  /** Reads what an earlier master left. A file that is no registry counts as none. */
  static open(file: string): Registry {
    let state = emptyState;
    try {
      state = { ...emptyState, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<RegistryState>) };
    } catch {
      mkdirSync(dirname(file), { recursive: true });
    }
    return new Registry(file, state);
  }

  /** A registry that no one else will read, for simulations. */
  static inMemory(): Registry {
    return new Registry(null, emptyState);
  }

  get state(): RegistryState {
    return this.#state;
  }

  update(change: (state: RegistryState) => Partial<RegistryState>): void {
    this.#state = { ...this.#state, ...change(this.#state) };
    if (this.#dirty || this.#file === null) return;
    this.#dirty = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    if (!this.#dirty || this.#file === null) return;
    this.#dirty = false;
    const temporary = `${this.#file}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.#state));
    renameSync(temporary, this.#file);
  }
}
