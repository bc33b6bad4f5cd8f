import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutorInfo } from '../v1.ts';
import { type AgentRig, commandTask, scalar, startAgentRig } from './stand-in-master.ts';

/** An executor in a few lines: runs every task at once, and does as it is told. */
const program = `
const base = 'http://' + process.env.MESOS_AGENT_ENDPOINT + '/slave(1)/api/v1/executor';
const ids = { framework_id: { value: process.env.MESOS_FRAMEWORK_ID }, executor_id: { value: process.env.MESOS_EXECUTOR_ID } };
const post = (body) => fetch(base, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...ids, ...body }) });
const update = (task_id, state) => post({ type: 'UPDATE', update: { status: { task_id, state, uuid: Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex').toString('base64') } } });
const stream = await post({ type: 'SUBSCRIBE', subscribe: {} });
let text = '';
for await (const chunk of stream.body) {
  text += Buffer.from(chunk).toString();
  for (;;) {
    const at = text.indexOf('\\n');
    const length = Number(text.slice(0, at));
    if (at < 0 || text.length < at + 1 + length) break;
    const event = JSON.parse(text.slice(at + 1, at + 1 + length));
    text = text.slice(at + 1 + length);
    if (event.type === 'LAUNCH') await update(event.launch.task.task_id, 'TASK_RUNNING');
    if (event.type === 'ACKNOWLEDGED') await post({ type: 'MESSAGE', message: { data: Buffer.from('acknowledged').toString('base64') } });
    if (event.type === 'KILL') await update(event.kill.task_id, 'TASK_KILLED');
    if (event.type === 'MESSAGE') await post({ type: 'MESSAGE', message: { data: event.message.data } });
    if (event.type === 'SHUTDOWN') process.exit(7);
  }
}
`;

describe("a framework's own executor", () => {
  let rig: AgentRig;
  beforeEach(async () => {
    rig = await startAgentRig();
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  const executor = (command: ExecutorInfo['command']): ExecutorInfo => ({
    type: 'CUSTOM',
    executor_id: { value: 'E' },
    command,
    resources: [scalar('cpus', 0.1), scalar('mem', 256)],
  });
  const run = (id: string, command: ExecutorInfo['command']): void =>
    rig.master.run(commandTask(id, '', { command: undefined, executor: executor(command) }));
  const node = {
    shell: false,
    value: process.execPath,
    arguments: [process.execPath, '--input-type=module', '-e', program],
  };
  const said = (text: string): Promise<unknown> =>
    rig.master.message(
      (message) =>
        message.kind === 'executor-message' && Buffer.from(message.data, 'base64').toString() === text,
    );

  it('speaks the executor API: tasks, updates, acknowledgements, messages, kills and its end', async () => {
    run('a', node);
    run('b', node);
    const running = await rig.master.status('a', 'TASK_RUNNING');
    expect(running).toMatchObject({ executor_id: { value: 'E' }, source: 'SOURCE_EXECUTOR' });
    await rig.master.status('b', 'TASK_RUNNING');
    await said('acknowledged');
    const data = Buffer.from('hello').toString('base64');
    rig.master.send({ kind: 'framework-message', frameworkId: 'F', executorId: 'E', data });
    await said('hello');
    rig.master.kill('a');
    await rig.master.status('a', 'TASK_KILLED');
    rig.master.send({ kind: 'shutdown-executor', frameworkId: 'F', executorId: 'E' });
    expect(await rig.master.message(({ kind }) => kind === 'executor-exited')).toMatchObject({
      status: 7 << 8,
    });
    expect(await rig.master.status('b', 'TASK_FAILED')).toMatchObject({
      source: 'SOURCE_AGENT',
      reason: 'REASON_EXECUTOR_TERMINATED',
    });
  });

  it('takes its tasks along when it ends before it subscribed', async () => {
    run('t', { value: 'exit 3' });
    expect(await rig.master.status('t', 'TASK_FAILED')).toMatchObject({
      reason: 'REASON_EXECUTOR_TERMINATED',
    });
    expect(await rig.master.message(({ kind }) => kind === 'executor-exited')).toMatchObject({
      status: 3 << 8,
    });
  });

  it('never hears of a task that was killed before it subscribed', async () => {
    run('t', { value: 'sleep 600' });
    rig.master.kill('t');
    expect(await rig.master.status('t', 'TASK_KILLED')).toMatchObject({
      reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
    });
    await rig.master.message(({ kind }) => kind === 'executor-exited');
  });

  it.each([
    [
      'an executor nobody launched',
      { executor_id: { value: 'other' }, type: 'SUBSCRIBE', subscribe: {} },
      400,
    ],
    ['a call without its type', {}, 400],
    [
      'an update without uuid',
      { type: 'UPDATE', update: { status: { task_id: { value: 't' }, state: 'TASK_RUNNING' } } },
      400,
    ],
  ])('API refuses %s', async (_what, call, status) => {
    const response = await fetch(new URL('/api/v1/executor', rig.agent.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ framework_id: { value: 'F' }, executor_id: { value: 'E' }, ...call }),
    });
    expect(response.status).toBe(status);
  });
});
