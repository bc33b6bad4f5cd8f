import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, every, systemClock, type Timer } from '../../../../plumbing/clock.ts';
import type { Allotment, ContainerStatistics, Limitation } from '../container.ts';
import { type CgroupDialect, type Controller, numbersOf } from './cgroup-dialect.ts';
import { type Cgroups, closeCgroups, endGroup, pidsOf, removeGroup } from './cgroups.ts';
import { type Isolation, type Isolator, limitsOf, memoryLimitation } from './isolator.ts';

const lookPauseMs = 200;

/** Isolation by the kernel's control groups: version 1, version 2, or both side by side. */
export class CgroupIsolator implements Isolator {
  readonly names: readonly string[];
  readonly #cgroups: Cgroups;
  readonly #clock: Clock;
  readonly #containers = new Set<CgroupIsolation>();
  #timer: Timer | null = null;

  constructor(cgroups: Cgroups, clock: Clock = systemClock) {
    this.#cgroups = cgroups;
    this.#clock = clock;
    const { cpu, pids } = cgroups.controllers;
    this.names = [
      cpu === undefined ? 'posix/cpu' : 'cgroups/cpu',
      'cgroups/mem',
      ...(pids === undefined ? [] : ['cgroups/pids']),
    ];
  }

  async isolate(containerId: string, _sandbox: string, allotment: Allotment): Promise<Isolation> {
    const isolation = new CgroupIsolation(this.#cgroups, containerId, allotment);
    this.#containers.add(isolation);
    void isolation.removed.then(() => this.#forget(isolation));
    isolation.open();
    // The kernel ends one process of a group that needs too much memory, and tells nobody.
    this.#timer ??= every(this.#clock, lookPauseMs, () => {
      for (const container of this.#containers) container.lookForLimitation();
    });
    return isolation;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#containers].flatMap((container) => [container.end(), container.removed]));
    await closeCgroups(this.#cgroups);
  }

  #forget(isolation: CgroupIsolation): void {
    this.#containers.delete(isolation);
    if (this.#containers.size > 0) return;
    this.#timer?.cancel();
    this.#timer = null;
  }
}

class CgroupIsolation implements Isolation {
  readonly entries: readonly string[];
  readonly limited: Promise<Limitation>;
  /** Resolves when the container's groups are removed, some time after its end. */
  readonly removed: Promise<void>;
  readonly #groups: Readonly<Partial<Record<Controller, string>>>;
  /** The group in which the container's processes are counted and ended. */
  readonly #tracking: string;
  readonly #directories: readonly string[];
  readonly #dialect: CgroupDialect;
  readonly #allotment: Allotment;
  #reportLimit: (limitation: Limitation) => void = () => {};
  #reportRemoved: () => void = () => {};
  #limitation: Limitation | undefined;
  #first: number | undefined;
  #ending: Promise<void> | undefined;

  constructor(cgroups: Cgroups, containerId: string, allotment: Allotment) {
    const { controllers, unified, dialect } = cgroups;
    this.#groups = Object.fromEntries(
      Object.entries(controllers).map(([controller, directory]) => [
        controller,
        join(directory, containerId),
      ]),
    );
    this.#tracking = join(unified ?? controllers.freezer ?? '', containerId);
    this.#directories = [...new Set([this.#tracking, ...Object.values(this.#groups)])];
    this.entries = this.#directories.map((directory) => join(directory, 'cgroup.procs'));
    this.#dialect = dialect;
    this.#allotment = allotment;
    this.limited = new Promise((resolve) => {
      this.#reportLimit = resolve;
    });
    this.removed = new Promise((resolve) => {
      this.#reportRemoved = resolve;
    });
  }

  /** These files are the kernel's memory: touching them takes microseconds, less than handing them to a thread. */
  open(): void {
    for (const directory of this.#directories) mkdirSync(directory);
    for (const { controller, file, value, needed } of this.#dialect.settings(limitsOf(this.#allotment))) {
      const group = this.#groups[controller];
      if (group === undefined) continue;
      try {
        writeFileSync(join(group, file), value);
      } catch (error) {
        if (needed === true) throw error;
      }
    }
  }

  started(pid: number): void {
    this.#first ??= pid;
  }

  async limitation(): Promise<Limitation | undefined> {
    return this.lookForLimitation();
  }

  lookForLimitation(): Limitation | undefined {
    if (this.#limitation !== undefined) return this.#limitation;
    const killed = numbersOf(this.#read('memory', this.#dialect.oomFile)).get('oom_kill') ?? 0;
    if (killed === 0) return undefined;
    const { memBytes } = limitsOf(this.#allotment);
    const peak = Number(this.#read('memory', this.#dialect.memoryPeakFile));
    this.#limitation = memoryLimitation(memBytes, peak || memBytes);
    this.#reportLimit(this.#limitation);
    return this.#limitation;
  }

  async pids(): Promise<readonly number[]> {
    return pidsOf(this.#tracking);
  }

  /** The first process may have yet to enter the groups, so it is always meant too. */
  async signalAll(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const first = this.#first === undefined ? [] : [this.#first];
    for (const pid of new Set([...first, ...pidsOf(this.#tracking)])) {
      try {
        process.kill(pid, signal);
      } catch {}
    }
  }

  end(): Promise<void> {
    this.#first = undefined;
    this.#ending ??= endGroup(this.#tracking, this.#groups.freezer).then(() => {
      void this.#remove();
    });
    return this.#ending;
  }

  async statistics(): Promise<ContainerStatistics> {
    const limits = limitsOf(this.#allotment);
    return {
      ...this.#dialect.statistics((controller, file) => this.#read(controller, file)),
      processes: pidsOf(this.#tracking).length,
      timestamp: Date.now() / 1000,
      cpus_limit: this.#allotment.cpusLimit ?? this.#allotment.cpus + 0.1,
      ...(Number.isFinite(limits.memBytes) ? { mem_limit_bytes: limits.memBytes } : {}),
      mem_soft_limit_bytes: limits.softMemBytes,
    };
  }

  async #remove(): Promise<void> {
    for (const directory of this.#directories) await removeGroup(directory);
    this.#reportRemoved();
  }

  /** Empty for a controller that is not there. */
  #read(controller: Controller, file: string): string {
    const group = this.#groups[controller];
    try {
      return group === undefined ? '' : readFileSync(join(group, file), 'latin1');
    } catch {
      return '';
    }
  }
}
