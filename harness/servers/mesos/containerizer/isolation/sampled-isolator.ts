import { readFile, readlink } from 'node:fs/promises';
import type { Clock, Timer } from '../../../../plumbing/clock.ts';
import { every, systemClock } from '../../../../plumbing/clock.ts';
import type { Allotment, ContainerStatistics, Limitation } from '../container.ts';
import { type Isolation, type Isolator, limitsOf, memoryLimitation } from './isolator.ts';
import { type ProcessEntry, readProcesses, ticksPerSecond } from './process-table.ts';

const samplePauseMs = 200;

/**
 * Isolation without the kernel's help: looks at the process table several times a second, adds up what belongs to a
 * container, and reports what uses too much. A process belongs by descent, by session or process group, by the
 * sandbox in its environment, its working directory or its output, or because it was seen to belong before.
 */
export class SampledIsolator implements Isolator {
  readonly names = ['posix/cpu', 'posix/mem', 'sampled/mem'];
  readonly #clock: Clock;
  readonly #containers = new Set<SampledIsolation>();
  #timer: Timer | null = null;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  async isolate(_containerId: string, sandbox: string, allotment: Allotment): Promise<Isolation> {
    const isolation = new SampledIsolation(sandbox, allotment, () => this.#forget(isolation));
    this.#containers.add(isolation);
    this.#timer ??= every(this.#clock, samplePauseMs, () => void this.#sample());
    return isolation;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#containers].map((container) => container.end()));
  }

  #forget(isolation: SampledIsolation): void {
    this.#containers.delete(isolation);
    if (this.#containers.size > 0) return;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #sampling = false;

  async #sample(): Promise<void> {
    if (this.#sampling) return;
    this.#sampling = true;
    try {
      const table = await readProcesses();
      for (const container of this.#containers) await container.look(table);
    } finally {
      this.#sampling = false;
    }
  }
}

class SampledIsolation implements Isolation {
  readonly entries: readonly string[] = [];
  readonly limited: Promise<Limitation>;
  readonly #sandbox: string;
  readonly #allotment: Allotment;
  readonly #onEnd: () => void;
  #reportLimit: (limitation: Limitation) => void = () => {};
  #limitation: Limitation | undefined;
  #first: number | undefined;
  /** Belonging processes seen so far, by {@link identity}; false for strangers, so that each is examined once. */
  readonly #belongs = new Map<string, boolean>();

  constructor(sandbox: string, allotment: Allotment, onEnd: () => void) {
    this.#sandbox = sandbox;
    this.#allotment = allotment;
    this.#onEnd = onEnd;
    this.limited = new Promise((resolve) => {
      this.#reportLimit = resolve;
    });
  }

  started(pid: number): void {
    this.#first = pid;
  }

  async limitation(): Promise<Limitation | undefined> {
    return this.#limitation;
  }

  async look(table: ReadonlyMap<number, ProcessEntry>): Promise<void> {
    const used = (await this.#members(table)).reduce((sum, entry) => sum + entry.rssBytes, 0);
    const limit = limitsOf(this.#allotment).memBytes;
    if (used <= limit || this.#limitation !== undefined) return;
    this.#limitation = memoryLimitation(limit, used);
    this.#reportLimit(this.#limitation);
  }

  async pids(): Promise<readonly number[]> {
    return (await this.#members(await readProcesses())).map(({ pid }) => pid);
  }

  async signalAll(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    for (const entry of await this.#members(await readProcesses())) send(entry.pid, signal);
  }

  /** Stops all before it kills any, so that what forks quickly cannot run away from it. */
  async end(): Promise<void> {
    if (this.#first !== undefined) send(-this.#first, 'SIGKILL');
    for (;;) {
      const members = await this.#members(await readProcesses());
      if (members.length === 0) break;
      for (const entry of members) send(entry.pid, 'SIGSTOP');
      const more = await this.#members(await readProcesses());
      for (const entry of more) send(entry.pid, 'SIGKILL');
    }
    this.#onEnd();
  }

  async statistics(): Promise<ContainerStatistics> {
    const members = await this.#members(await readProcesses());
    const sum = (pick: (entry: ProcessEntry) => number): number =>
      members.reduce((total, entry) => total + pick(entry), 0);
    const limits = limitsOf(this.#allotment);
    return {
      timestamp: Date.now() / 1000,
      cpus_limit: this.#allotment.cpus + 0.1,
      cpus_user_time_secs: sum((entry) => entry.userTicks) / ticksPerSecond,
      cpus_system_time_secs: sum((entry) => entry.systemTicks) / ticksPerSecond,
      mem_rss_bytes: sum((entry) => entry.rssBytes),
      ...(Number.isFinite(limits.memBytes) ? { mem_limit_bytes: limits.memBytes } : {}),
      processes: members.length,
      threads: sum((entry) => entry.threads),
    };
  }

  async #members(table: ReadonlyMap<number, ProcessEntry>): Promise<readonly ProcessEntry[]> {
    const members = new Map<number, ProcessEntry>();
    const strangers: ProcessEntry[] = [];
    for (const entry of table.values()) {
      const known = this.#belongs.get(identity(entry));
      if (known === true || this.#isOfFirst(entry)) members.set(entry.pid, entry);
      else if (known === undefined) strangers.push(entry);
    }
    await Promise.all(
      strangers.map(async (entry) => {
        if (await bears(entry.pid, this.#sandbox)) members.set(entry.pid, entry);
        else this.#belongs.set(identity(entry), false);
      }),
    );
    addRelatives(table, members);
    for (const entry of members.values()) this.#belongs.set(identity(entry), true);
    return [...members.values()];
  }

  #isOfFirst(entry: ProcessEntry): boolean {
    return this.#first !== undefined && (entry.group === this.#first || entry.session === this.#first);
  }
}

/** Adds children, and children of children, until there are no more. */
function addRelatives(table: ReadonlyMap<number, ProcessEntry>, members: Map<number, ProcessEntry>): void {
  for (let grown = true; grown; ) {
    grown = false;
    for (const entry of table.values()) {
      if (members.has(entry.pid) || !members.has(entry.parent)) continue;
      members.set(entry.pid, entry);
      grown = true;
    }
  }
}

/** Whether a process carries the sandbox about it: what it cannot shed all at once is found here. */
async function bears(pid: number, sandbox: string): Promise<boolean> {
  const environment = readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const links = ['cwd', 'fd/1', 'fd/2'].map((name) => readlink(`/proc/${pid}/${name}`).catch(() => ''));
  const traces = await Promise.all([environment, ...links]);
  return traces.some((trace) => trace.includes(sandbox));
}

function identity(entry: ProcessEntry): string {
  return `${entry.pid}@${entry.started}`;
}

/** The process may have ended since it was seen. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
