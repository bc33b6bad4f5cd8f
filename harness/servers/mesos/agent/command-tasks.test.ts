import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcesses } from '../containerizer/isolation/process-table.ts';
import type { TaskInfo } from '../v1.ts';
import { type AgentRig, commandTask, patience, startAgentRig } from './stand-in-master.ts';

describe('a command task', () => {
  let rig: AgentRig;
  let log: string[];
  beforeEach(async () => {
    log = [];
    rig = await startAgentRig({
      taskEnvironment: { STAGEGATE_RUN: 'test-run' },
      onLog: ({ text }) => log.push(text),
    });
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const runsOf = (taskId: string): string =>
    join(rig.workDir, 'slaves/M-S0/frameworks/F/executors', taskId, 'runs');
  const outputOf = (taskId: string): Promise<string> =>
    readFile(join(runsOf(taskId), 'latest/stdout'), 'utf8').catch(() => '');

  it('starts, runs and finishes when its command exits with 0', async () => {
    rig.master.run(commandTask('ok', 'exit 0'));
    const last = await rig.master.status('ok', 'TASK_FINISHED');
    expect(rig.master.states('ok')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    expect(last).toMatchObject({
      source: 'SOURCE_EXECUTOR',
      message: 'Command exited with status 0',
      agent_id: { value: 'M-S0' },
      executor_id: { value: 'ok' },
      container_status: { network_infos: [{ ip_addresses: [{ ip_address: '127.0.0.1' }] }] },
    });
    expect(Buffer.from(last.uuid ?? '', 'base64')).toHaveLength(16);
  });

  it('fails without a reason when its command exits with another status', async () => {
    rig.master.run(commandTask('bad', 'exit 3'));
    const last = await rig.master.status('bad', 'TASK_FAILED');
    expect(last.message).toBe('Command exited with status 3');
    expect(last.reason).toBeUndefined();
    expect(log.at(-1)).toBe('Task bad of framework F is TASK_FAILED; Command exited with status 3');
  });

  it.each([
    ['its own name', []],
    ['another name', ['other-name']],
  ])('fails when its file does not exist, called by %s', async (_, args) => {
    const command = { shell: false, value: '/does/not/exist', arguments: args };
    rig.master.run(commandTask('ghost', '', { command }));
    const last = await rig.master.status('ghost', 'TASK_FAILED');
    expect(last.message).toBe('Command exited with status 127');
    expect(last.reason).toBeUndefined();
  });

  it('fails by the name of the signal that ended it', async () => {
    rig.master.run(commandTask('shot', 'kill -9 $$'));
    const last = await rig.master.status('shot', 'TASK_FAILED');
    expect(last.message).toBe('Command terminated with signal Killed');
  });

  it('gets arguments as the whole argv, its name included', async () => {
    const command = {
      shell: false,
      value: '/bin/sh',
      arguments: ['other-name', '-c', 'echo "$0 $1"', 'a', 'b c'],
    };
    rig.master.run(commandTask('argv', '', { command }));
    await rig.master.status('argv', 'TASK_FINISHED');
    expect(await outputOf('argv')).toBe('a b c\n');
  });

  it('sees the variables of Mesos, the marks and its own, and nothing of the harness', async () => {
    const variables = [
      { name: 'GREETING', value: 'hello' },
      { name: 'MESOS_CHECKPOINT', value: 'mine' },
    ];
    rig.master.run(commandTask('env', '', { command: { value: 'env', environment: { variables } } }));
    await rig.master.status('env', 'TASK_FINISHED');
    const seen = Object.fromEntries((await outputOf('env')).split('\n').map((line) => line.split(/=(.*)/s)));
    const sandbox = join(runsOf('env'), await readlink(join(runsOf('env'), 'latest')));
    expect(seen).toMatchObject({
      MESOS_SANDBOX: sandbox,
      MESOS_DIRECTORY: sandbox,
      MESOS_FRAMEWORK_ID: 'F',
      MESOS_EXECUTOR_ID: 'env',
      MESOS_SLAVE_ID: 'M-S0',
      MESOS_SLAVE_PID: `slave(1)@${rig.agent.url.host}`,
      MESOS_AGENT_ENDPOINT: rig.agent.url.host,
      MESOS_ALLOCATION_ROLE: '*',
      LIBPROCESS_PORT: '0',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      STAGEGATE_RUN: 'test-run',
      GREETING: 'hello',
      MESOS_CHECKPOINT: 'mine',
    });
    expect(seen).not.toHaveProperty('HOME');
    expect(seen).not.toHaveProperty('MESOS_TASK_ID');
    expect(seen).not.toHaveProperty('VITEST');
  });

  it('works in its sandbox, where its output stands', async () => {
    rig.master.run(commandTask('box', 'echo out; echo err >/dev/stderr; pwd; touch made'));
    await rig.master.status('box', 'TASK_FINISHED');
    const sandbox = join(runsOf('box'), await readlink(join(runsOf('box'), 'latest')));
    expect(await outputOf('box')).toBe(`out\n${sandbox}\n`);
    expect(await readFile(join(sandbox, 'stderr'), 'utf8')).toBe('err\n');
    expect((await readdir(sandbox)).sort()).toEqual(['made', 'stderr', 'stdout']);
  });

  it('finds its persistent volume as an earlier task left it', async () => {
    const disk = { persistence: { id: 'data-1' }, volume: { container_path: 'data', mode: 'RW' as const } };
    const volume = { name: 'disk', type: 'SCALAR', scalar: { value: 64 }, role: 'db', disk } as const;
    const using = (id: string, value: string): TaskInfo => {
      const task = commandTask(id, value);
      return { ...task, resources: [...task.resources, volume] };
    };
    rig.master.run(using('writes', 'echo kept > data/file'));
    await rig.master.status('writes', 'TASK_FINISHED');
    rig.master.run(using('reads', 'cat data/file'));
    await rig.master.status('reads', 'TASK_FINISHED');
    expect(await outputOf('reads')).toBe('kept\n');
    const place = join(rig.workDir, 'volumes/roles/db/data-1');
    expect(await readdir(place)).toEqual(['file']);
    rig.master.send({ kind: 'checkpoint-resources', resources: [volume] });
    rig.master.send({ kind: 'checkpoint-resources', resources: [] });
    await expect.poll(() => readdir(place).catch(() => 'destroyed'), patience).toBe('destroyed');
  });

  it('that is killed is TASK_KILLED though it exits with 0', async () => {
    rig.master.run(commandTask('polite', "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"));
    await rig.master.status('polite', 'TASK_RUNNING');
    await expect.poll(() => outputOf('polite'), patience).toBe('ready\n');
    rig.master.kill('polite');
    expect(await rig.master.status('polite', 'TASK_KILLED')).toMatchObject({
      message: 'Command exited with status 0',
    });
    expect(rig.master.states('polite')).not.toContain('TASK_KILLING');
  });

  it('that ignores SIGTERM is killed after its grace, announced to who understands TASK_KILLING', async () => {
    const capabilities = [{ type: 'TASK_KILLING_STATE' }];
    rig.master.run(commandTask('deaf', "trap '' TERM; echo ready; while :; do sleep 0.05; done"), {
      capabilities,
    });
    await expect.poll(() => outputOf('deaf'), patience).toBe('ready\n');
    rig.master.kill('deaf', 200);
    expect(await rig.master.status('deaf', 'TASK_KILLED')).toMatchObject({
      message: 'Command terminated with signal Killed',
    });
    expect(rig.master.states('deaf')).toEqual([
      'TASK_STARTING',
      'TASK_RUNNING',
      'TASK_KILLING',
      'TASK_KILLED',
    ]);
  });

  it('is killed earlier by a second kill with less grace', async () => {
    rig.master.run(commandTask('twice', "trap '' TERM; echo ready; while :; do sleep 0.05; done"));
    await expect.poll(() => outputOf('twice'), patience).toBe('ready\n');
    rig.master.kill('twice', 3_600_000);
    rig.master.kill('twice', 7_200_000);
    rig.master.kill('twice', 50);
    await rig.master.status('twice', 'TASK_KILLED');
  });

  it('killed before it started never starts', async () => {
    rig.master.run(commandTask('early', 'exit 0'));
    rig.master.kill('early');
    expect(await rig.master.status('early', 'TASK_KILLED')).toMatchObject({
      source: 'SOURCE_AGENT',
      reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
    });
    expect(rig.master.states('early')).toEqual(['TASK_KILLED']);
  });

  it('over its completion time is killed and has failed', async () => {
    rig.master.run(commandTask('slow', 'sleep 600', { max_completion_time: { nanoseconds: 1e8 } }));
    expect(await rig.master.status('slow', 'TASK_FAILED')).toMatchObject({
      reason: 'REASON_MAX_COMPLETION_TIME_REACHED',
      message: 'Command terminated with signal Killed',
    });
  });

  it('takes along every process it started, also those in sessions of their own', async () => {
    const script = `setsid sh -c 'sleep 700 & sleep 700' & (sleep 700 &) ; (setsid env -i sleep 700 &) ; until test -e stop; do sleep 0.05; done`;
    rig.master.run(commandTask('parent', script));
    await rig.master.status('parent', 'TASK_RUNNING');
    await expect.poll(() => sleepers(), patience).toHaveLength(4);
    await writeFile(join(runsOf('parent'), 'latest/stop'), '');
    await rig.master.status('parent', 'TASK_FINISHED');
    expect(await sleepers()).toEqual([]);
  });

  it('whose program does not exist fails', async () => {
    rig.master.run(commandTask('gone', '', { command: { shell: false, value: '/no/such/program' } }));
    const last = await rig.master.status('gone', 'TASK_FAILED');
    expect(last.message).toMatch(/Command exited with status 127|No such file|ENOENT/);
  });

  it('with an image fails by name of what is missing', async () => {
    const container = { type: 'DOCKER', docker: { image: 'any' } } as const;
    rig.master.run(commandTask('image', 'true', { container }));
    expect(await rig.master.status('image', 'TASK_FAILED')).toMatchObject({
      source: 'SOURCE_AGENT',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: expect.stringContaining('None of the enabled containerizers (mesos)'),
    });
  });

  it('outlives neither its agent nor its framework', async () => {
    rig.master.run(commandTask('one', 'sleep 700'));
    await rig.master.status('one', 'TASK_RUNNING');
    await expect.poll(() => sleepers(), patience).toHaveLength(1);
    rig.master.send({ kind: 'shutdown-framework', frameworkId: 'F' });
    await expect.poll(() => sleepers(), patience).toEqual([]);
    expect(rig.master.states('one')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
    rig.master.run(commandTask('two', 'setsid sleep 700 & sleep 700'), { id: { value: 'G' } });
    await rig.master.status('two', 'TASK_RUNNING');
    await expect.poll(() => sleepers(), patience).toHaveLength(2);
    await rig.agent[Symbol.asyncDispose]();
    expect(await sleepers()).toEqual([]);
  });
});

/** Commands of these tests that still run. */
async function sleepers(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { pid } of (await readProcesses()).values()) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (words.startsWith('sleep') && words.includes('700')) found.push(words);
  }
  return found;
}
