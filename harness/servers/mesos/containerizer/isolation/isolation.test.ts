import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../plumbing/clock.ts';
import { commandTask, startAgentRig } from '../../agent/stand-in-master.ts';
import type { Container, ContainerRequest } from '../container.ts';
import { ProcessContainerizer } from '../process.ts';
import { CgroupIsolator } from './cgroup-isolator.ts';
import { closeCgroups, openCgroups } from './cgroups.ts';
import type { Isolator } from './isolator.ts';
import { PortGuard } from './port-guard.ts';
import { readProcesses } from './process-table.ts';
import { SampledIsolator } from './sampled-isolator.ts';

const cgroups = await openCgroups();
const kinds: [string, (() => Isolator) | undefined][] = [
  ['control groups', cgroups === undefined ? undefined : () => new CgroupIsolator(cgroups)],
  ['samples of the process table', () => new SampledIsolator()],
];

describe.each(kinds)('containers isolated by %s', (_name, open) => {
  let folder: string;
  let containerizer: ProcessContainerizer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stagegate-isolation-'));
    if (open !== undefined)
      containerizer = new ProcessContainerizer({
        isolator: Promise.resolve(open()),
        ports: new PortGuard(systemClock),
        outputLimitBytes: 2 ** 20,
      });
  });
  afterAll(async () => {
    await containerizer?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (
    value: string,
    more: Partial<ContainerRequest> = {},
  ): Promise<Container & { sandbox: string }> => {
    const sandbox = await mkdtemp(join(folder, 'box-'));
    const container = await containerizer.start({
      containerId: randomUUID(),
      frameworkId: 'F',
      taskId: 't',
      sandbox,
      command: { value },
      environment: { PATH: process.env.PATH ?? '', MESOS_SANDBOX: sandbox },
      taskEnvironment: {},
      role: '*',
      allotment: { cpus: 0.1, memMiB: 32, ports: [] },
      volumes: [],
      ...more,
    });
    return Object.assign(container, { sandbox });
  };

  it.skipIf(open === undefined)(
    'end when they use too much memory, and leave their neighbours alone',
    async () => {
      const neighbour = await start('sleep 600');
      const greedy = await start(
        `${process.execPath} -e "const a=[];for(;;)a.push(Buffer.alloc(4e6,1))"; sleep 600`,
      );
      expect((await greedy.exited).limitation).toMatchObject({
        reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
        message: expect.stringMatching(/^Memory limit exceeded: Requested: 64MB Maximum Used: \d+MB/),
        resources: [{ name: 'mem', scalar: { value: 64 } }],
      });
      expect(await Promise.race([neighbour.exited, pause(50, 'alive')])).toBe('alive');
      neighbour.destroy();
      expect(await neighbour.exited).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    },
  );

  it.skipIf(open === undefined)(
    'may use as much memory as they like when their limit is infinite',
    async () => {
      const program = `${process.execPath} -e "Buffer.alloc(2e8,1); setTimeout(()=>{},600)"`;
      const limits = { cpus: 0.1, memMiB: 32, memLimitMiB: Number.POSITIVE_INFINITY, ports: [] };
      expect(await (await start(program, { allotment: limits })).exited).toEqual({ kind: 'exited', code: 0 });
    },
  );

  it.skipIf(open === undefined)(
    'end with all that forked, hid in sessions of its own, or cleared its environment',
    async () => {
      const nap = `sleep ${600 + Math.random()}`;
      const container = await start(
        `setsid ${nap} & (setsid env -i PATH="$PATH" ${nap} &) ; for i in 1 2 3; do (${nap} & ${nap}) & done; wait`,
      );
      await until(async () => (await running(nap)) >= 8);
      container.terminate();
      await container.exited;
      expect(await running(nap)).toBe(0);
    },
  );

  it.skipIf(open === undefined)('cannot run away by forking faster than they are killed', async () => {
    const nap = `sleep ${600 + Math.random()}`;
    const container = await start(`while :; do (${nap} & ${nap}) & sleep 0.001; done`);
    await until(async () => (await running(nap)) >= 20);
    container.destroy();
    await container.exited;
    expect(await running(nap)).toBe(0);
  });

  it.skipIf(open === undefined)('keep their output within bounds while they write', async () => {
    const container = await start('yes "a line of output that is written again and again"');
    let largest = 0;
    await until(async () => {
      const { stdout = 0 } = await sizesIn(container.sandbox);
      largest = Math.max(largest, stdout);
      return stdout < largest;
    });
    expect((await sizesIn(container.sandbox))['stdout.1']).toBeLessThanOrEqual(2 ** 20);
    container.destroy();
    await container.exited;
  });

  it.skipIf(open === undefined)('are measured', async () => {
    const container = await start(
      `${process.execPath} -e "while(process.cpuUsage().user<2e5);setTimeout(()=>{},6e5)"`,
    );
    await until(async () => ((await container.statistics()).cpus_user_time_secs ?? 0) >= 0.1);
    const figures = await container.statistics();
    expect(figures.mem_rss_bytes).toBeGreaterThan(2 ** 20);
    expect(figures.mem_limit_bytes).toBe(64 * 2 ** 20);
    expect(figures.processes).toBeGreaterThanOrEqual(1);
    container.destroy();
    await container.exited;
  });

  it.skipIf(open === undefined)('run as the account asked for, when this process may choose', async () => {
    if (process.getuid?.() !== 0) return;
    const container = await start('id -u', { user: 'nobody' });
    await container.exited;
    expect(await readFile(join(container.sandbox, 'stdout'), 'utf8')).toBe('65534\n');
    await expect(start('true', { user: 'no-such-user' })).rejects.toThrow("'no-such-user'");
  });
});

describe('control groups', () => {
  it.skipIf(cgroups === undefined)('of a process that died are ended and removed by the next', async () => {
    const directory = cgroups?.unified ?? Object.values(cgroups?.controllers ?? {})[0] ?? '';
    const parent = join(directory, '..');
    const left = join(parent, 'stagegate-999999999-1-0');
    const sleeper = spawn('/bin/sh', [
      '-c',
      `mkdir -p ${left}/c && echo 0 > ${left}/c/cgroup.procs && exec sleep 600`,
    ]);
    await until(
      async () =>
        (await readdir(parent)).includes('stagegate-999999999-1-0') &&
        (await readFile(join(left, 'c/cgroup.procs'), 'utf8')) !== '',
    );
    const ended = new Promise((resolve) => sleeper.once('exit', (_code, signal) => resolve(signal)));
    const opened = await openCgroups();
    if (opened !== undefined) await closeCgroups(opened);
    expect(await ended).toBe('SIGKILL');
    expect(await readdir(parent)).not.toContain('stagegate-999999999-1-0');
  });
});

describe('two agents of one process', () => {
  it('do not need each other: one goes on when the other is disposed of', async () => {
    await using staying = await startAgentRig();
    const leaving = await startAgentRig();
    for (const rig of [staying, leaving]) {
      rig.master.run(commandTask('t', 'true'));
      await rig.master.status('t', 'TASK_FINISHED');
    }
    await leaving[Symbol.asyncDispose]();
    staying.master.run(commandTask('later', 'true'));
    await staying.master.status('later', 'TASK_FINISHED');
  });
});

/** How many processes of this machine run exactly this command. */
async function running(command: string): Promise<number> {
  const commands = [...(await readProcesses()).keys()].map((pid) =>
    readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => ''),
  );
  return (await Promise.all(commands)).filter((words) => words === `${command.replaceAll(' ', '\0')}\0`)
    .length;
}

async function sizesIn(folder: string): Promise<Record<string, number>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size])),
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  await expect.poll(() => condition().catch(() => false), { timeout: 10_000, interval: 10 }).toBe(true);
}
