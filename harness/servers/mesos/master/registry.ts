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

/** An agent that was given up, or said to be gone for good. */
interface Departed {
  /** Nanoseconds since the epoch. */
  readonly sinceNs: number;
}

/** What outlives a master, because no agent or framework can tell it to the next one. Maps are by id or role. */
export interface RegistryState {
  readonly agents: Map<string, RegisteredAgent>;
  readonly unreachable: Map<string, RegisteredAgent & Departed>;
  readonly gone: Map<string, Departed>;
  readonly weights: Map<string, number>;
  readonly quotas: Map<string, QuotaConfig>;
  windows: readonly MaintenanceWindow[];
  downMachines: readonly MachineId[];
}

/** The same in the file: maps are objects. */
type Stored<T> = { [K in keyof T]?: T[K] extends Map<string, infer V> ? Record<string, V> : T[K] };

/**
 * The registry: one small JSON file, replaced whole. Changes of one turn of the event loop are written together;
 * `flush` writes what is still unwritten.
 */
export class Registry {
  /** To be changed in {@link update} only. */
  readonly state: RegistryState;
  readonly #file: string | null;
  #dirty = false;

  private constructor(file: string | null, stored: Stored<RegistryState>) {
    this.#file = file;
    this.state = {
      agents: new Map(Object.entries(stored.agents ?? {})),
      unreachable: new Map(Object.entries(stored.unreachable ?? {})),
      gone: new Map(Object.entries(stored.gone ?? {})),
      weights: new Map(Object.entries(stored.weights ?? {})),
      quotas: new Map(Object.entries(stored.quotas ?? {})),
      windows: stored.windows ?? [],
      downMachines: stored.downMachines ?? [],
    };
  }

  /** Reads what an earlier master left. A file that is no registry counts as none. */
  static open(file: string): Registry {
    let stored: Stored<RegistryState> = {};
    try {
      stored = JSON.parse(readFileSync(file, 'utf8')) as Stored<RegistryState>;
    } catch {
      mkdirSync(dirname(file), { recursive: true });
    }
    return new Registry(file, stored);
  }

  /** A registry that no one else will read, for simulations. */
  static inMemory(): Registry {
    return new Registry(null, {});
  }

  update(change: (state: RegistryState) => void): void {
    change(this.state);
    if (this.#dirty || this.#file === null) return;
    this.#dirty = true;
    setImmediate(() => this.flush());
  }

  serialize(): string {
    return JSON.stringify(this.state, (_, value) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    );
  }

  flush(): void {
    if (!this.#dirty || this.#file === null) return;
    this.#dirty = false;
    const temporary = `${this.#file}.tmp`;
    writeFileSync(temporary, this.serialize());
    renameSync(temporary, this.#file);
  }
}
