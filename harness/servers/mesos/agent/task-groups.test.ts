import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskInfo } from '../v1.ts';
import { type AgentRig, commandTask, scalar, startAgentRig } from './stand-in-master.ts';

describe('a group of tasks in a default executor', () => {
  let rig: AgentRig;
  beforeEach(async () => {
    rig = await startAgentRig();
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  const runGroup = (...tasks: TaskInfo[]): void =>
    rig.master.send({
      kind: 'run-group',
      framework: { id: { value: 'F' }, user: 'root', name: 'test' },
      role: '*',
      executor: {
        type: 'DEFAULT',
        executor_id: { value: 'E' },
        resources: [scalar('cpus', 0.1), scalar('mem', 32)],
      },
      tasks,
    });
  const exited = (): Promise<unknown> => rig.master.message((message) => message.kind === 'executor-exited');

  it('runs each in a sandbox of its own, found below that of the executor', async () => {
    runGroup(
      commandTask('a', 'echo a; pwd; echo $MESOS_CONTAINER_IP $MESOS_EXECUTOR_ID'),
      commandTask('b', 'echo b'),
    );
    await Promise.all([rig.master.status('a', 'TASK_FINISHED'), rig.master.status('b', 'TASK_FINISHED')]);
    const executor = join(rig.workDir, 'slaves/M-S0/frameworks/F/executors/E/runs/latest');
    const output = (await readFile(join(executor, 'tasks/a/stdout'), 'utf8')).split('\n');
    expect(output[0]).toBe('a');
    expect(output[1]).toContain(
      `/containers/${(await readlink(join(executor, 'tasks/a'))).split('/').at(-1)}`,
    );
    expect(output[2]).toBe('127.0.0.1 E');
    expect(await readFile(join(executor, 'tasks/b/stdout'), 'utf8')).toBe('b\n');
    const running = await rig.master.status('a', 'TASK_RUNNING');
    expect(running.executor_id).toEqual({ value: 'E' });
    expect(running.container_status?.container_id?.parent?.value).toBe(
      (await readlink(join(rig.workDir, 'slaves/M-S0/frameworks/F/executors/E/runs/latest')))
        .split('/')
        .at(-1),
    );
  });

  it('ends with its last task, and says so', async () => {
    runGroup(commandTask('short', 'true'), commandTask('long', 'sleep 600'));
    await rig.master.status('short', 'TASK_FINISHED');
    await rig.master.status('long', 'TASK_RUNNING');
    expect(rig.master.messages.some(({ kind }) => kind === 'executor-exited')).toBe(false);
    rig.master.kill('long', 0);
    expect(await exited()).toMatchObject({ frameworkId: 'F', executorId: 'E', status: 0 });
    expect(rig.master.states('short').at(-1)).toBe('TASK_FINISHED');
  });

  it.each([
    ['fails', 'sleep 1; exit 1', 'TASK_FAILED'],
    ['is killed', 'sleep 600', 'TASK_KILLED'],
  ] as const)('loses the rest when one %s', async (_how, command, state) => {
    runGroup(commandTask('first', command), commandTask('other', 'sleep 600'));
    await rig.master.status('other', 'TASK_RUNNING');
    await rig.master.status('first', 'TASK_RUNNING');
    if (state === 'TASK_KILLED') rig.master.kill('first', 0);
    await rig.master.status('first', state);
    await rig.master.status('other', 'TASK_KILLED');
    await exited();
  });

  it('does not touch another group of the same executor', async () => {
    runGroup(commandTask('one', 'sleep 600'));
    await rig.master.status('one', 'TASK_RUNNING');
    runGroup(commandTask('two', 'exit 1'));
    await rig.master.status('two', 'TASK_FAILED');
    expect(rig.master.states('one').at(-1)).toBe('TASK_RUNNING');
    rig.master.send({ kind: 'shutdown-executor', frameworkId: 'F', executorId: 'E' });
    await rig.master.status('one', 'TASK_KILLED');
    await exited();
  });
});
