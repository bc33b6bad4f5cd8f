import type { ContainerStatistics } from '../container.ts';
import type { limitsOf } from './isolator.ts';
import { ticksPerSecond } from './process-table.ts';

export type Controller = 'cpu' | 'cpuacct' | 'memory' | 'pids' | 'freezer';
type Limits = ReturnType<typeof limitsOf>;

/** Content of a controller's file in a container's group; empty when there is none. */
export type ReadFile = (controller: Controller, file: string) => string;

export interface Setting {
  readonly controller: Controller;
  readonly file: string;
  readonly value: string;
  /** A container without this setting is not isolated; the others depend on how the kernel was built. */
  readonly needed?: boolean;
}

/** How one version of control groups spells what a container needs. */
export interface CgroupDialect {
  /** In the order in which they must be written. */
  settings(limits: Limits): readonly Setting[];
  readonly oomFile: string;
  readonly memoryPeakFile: string;
  statistics(read: ReadFile): ContainerStatistics;
}

/** A fork bomb ends here; no honest task of one machine comes near. */
const mostProcesses: Setting = { controller: 'pids', file: 'pids.max', value: '4096' };
const periodUs = 100_000;

export const versionOne: CgroupDialect = {
  oomFile: 'memory.oom_control',
  memoryPeakFile: 'memory.max_usage_in_bytes',
  settings: ({ memBytes, softMemBytes, cpuShares, cpuQuota }) => {
    const memory = Number.isFinite(memBytes) ? String(memBytes) : '-1';
    return [
      { controller: 'memory', file: 'memory.soft_limit_in_bytes', value: String(softMemBytes) },
      { controller: 'memory', file: 'memory.limit_in_bytes', value: memory, needed: true },
      { controller: 'memory', file: 'memory.memsw.limit_in_bytes', value: memory },
      { controller: 'cpu', file: 'cpu.shares', value: String(cpuShares) },
      ...(cpuQuota === undefined
        ? []
        : [
            {
              controller: 'cpu',
              file: 'cpu.cfs_quota_us',
              value: String(Math.round(cpuQuota * periodUs)),
            } as const,
          ]),
      mostProcesses,
    ];
  },
  statistics: (read) => {
    const times = numbersOf(read('cpuacct', 'cpuacct.stat'));
    const parts = numbersOf(read('memory', 'memory.stat'));
    return {
      cpus_user_time_secs: (times.get('user') ?? 0) / ticksPerSecond,
      cpus_system_time_secs: (times.get('system') ?? 0) / ticksPerSecond,
      mem_total_bytes: Number(read('memory', 'memory.usage_in_bytes')),
      mem_rss_bytes: parts.get('total_rss') ?? 0,
      mem_cache_bytes: parts.get('total_cache') ?? 0,
      // The kernel counts threads here.
      threads: Number(read('pids', 'pids.current')),
    };
  },
};

export const versionTwo: CgroupDialect = {
  oomFile: 'memory.events',
  memoryPeakFile: 'memory.peak',
  settings: ({ memBytes, softMemBytes, cpuShares, cpuQuota }) => [
    { controller: 'memory', file: 'memory.low', value: String(softMemBytes) },
    {
      controller: 'memory',
      file: 'memory.max',
      value: Number.isFinite(memBytes) ? String(memBytes) : 'max',
      needed: true,
    },
    { controller: 'memory', file: 'memory.swap.max', value: '0' },
    { controller: 'cpu', file: 'cpu.weight', value: String(weightOf(cpuShares)) },
    ...(cpuQuota === undefined
      ? []
      : [
          {
            controller: 'cpu',
            file: 'cpu.max',
            value: `${Math.round(cpuQuota * periodUs)} ${periodUs}`,
          } as const,
        ]),
    mostProcesses,
  ],
  statistics: (read) => {
    const times = numbersOf(read('cpu', 'cpu.stat'));
    const parts = numbersOf(read('memory', 'memory.stat'));
    return {
      cpus_user_time_secs: (times.get('user_usec') ?? 0) / 1e6,
      cpus_system_time_secs: (times.get('system_usec') ?? 0) / 1e6,
      mem_total_bytes: Number(read('memory', 'memory.current')),
      mem_rss_bytes: parts.get('anon') ?? 0,
      mem_cache_bytes: parts.get('file') ?? 0,
      // The kernel counts threads here.
      threads: Number(read('pids', 'pids.current')),
    };
  },
};

/** Reads files of `name number` lines. */
export function numbersOf(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name, value] = line.split(' ');
    if (name !== undefined && value !== undefined) numbers.set(name, Number(value));
  }
  return numbers;
}

/** Shares (2 to 262144) as weights (1 to 10000), the way container runtimes translate them. */
function weightOf(shares: number): number {
  return Math.round(1 + ((Math.min(shares, 262_144) - 2) * 9999) / 262_142);
}
