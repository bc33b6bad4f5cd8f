import { describe, expect, it } from 'vitest';
import { type CgroupDialect, versionOne, versionTwo } from './cgroup-dialect.ts';
import { limitsOf } from './isolator.ts';

const settingsOf = (
  dialect: CgroupDialect,
  allotment: Parameters<typeof limitsOf>[0],
): Record<string, string> =>
  Object.fromEntries(dialect.settings(limitsOf(allotment)).map(({ file, value }) => [file, value]));

describe('control group settings', () => {
  const plain = { cpus: 0.4, memMiB: 96, ports: [] };

  it('add what the command executor needs to what the task asked for', () => {
    expect(settingsOf(versionOne, plain)).toMatchObject({
      'memory.limit_in_bytes': String(128 * 2 ** 20),
      'cpu.shares': '512',
    });
    expect(settingsOf(versionTwo, plain)).toMatchObject({
      'memory.max': String(128 * 2 ** 20),
      'memory.swap.max': '0',
      'cpu.weight': '20',
    });
  });

  it('never allow less than 32 MiB and two shares', () => {
    const tiny = { cpus: 0, memMiB: 1, ports: [] };
    expect(settingsOf(versionOne, tiny)['memory.limit_in_bytes']).toBe(String(64 * 2 ** 20));
    expect(limitsOf({ ...tiny, cpus: -0.1 }).cpuShares).toBe(2);
  });

  it('set a quota only for a cpu limit', () => {
    expect(settingsOf(versionOne, plain)).not.toHaveProperty('cpu.cfs_quota_us');
    expect(settingsOf(versionTwo, plain)).not.toHaveProperty('cpu.max');
    const limited = { ...plain, cpusLimit: 1.5 };
    expect(settingsOf(versionOne, limited)['cpu.cfs_quota_us']).toBe('150000');
    expect(settingsOf(versionTwo, limited)['cpu.max']).toBe('150000 100000');
    expect(settingsOf(versionTwo, { ...plain, cpusLimit: Number.POSITIVE_INFINITY })).not.toHaveProperty(
      'cpu.max',
    );
  });

  it('lift the memory limit for an infinite one', () => {
    const unlimited = { ...plain, memLimitMiB: Number.POSITIVE_INFINITY };
    expect(settingsOf(versionOne, unlimited)['memory.limit_in_bytes']).toBe('-1');
    expect(settingsOf(versionTwo, unlimited)['memory.max']).toBe('max');
  });

  it('read figures of either version', () => {
    const files: Readonly<Record<string, string>> = {
      'cpuacct.stat': 'user 150\nsystem 50\n',
      'memory.usage_in_bytes': '1000\n',
      'memory.stat': 'total_rss 600\ntotal_cache 400\nanon 700\nfile 300\n',
      'pids.current': '3\n',
      'cpu.stat': 'usage_usec 3000000\nuser_usec 2500000\nsystem_usec 500000\n',
      'memory.current': '2000\n',
    };
    const read = (_controller: string, file: string): string => files[file] ?? '';
    expect(versionOne.statistics(read)).toMatchObject({
      cpus_user_time_secs: 1.5,
      cpus_system_time_secs: 0.5,
      mem_total_bytes: 1000,
      mem_rss_bytes: 600,
      threads: 3,
    });
    expect(versionTwo.statistics(read)).toMatchObject({
      cpus_user_time_secs: 2.5,
      cpus_system_time_secs: 0.5,
      mem_total_bytes: 2000,
      mem_rss_bytes: 700,
    });
  });
});
