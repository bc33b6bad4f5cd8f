import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskInfo } from '../v1.ts';
import { type AgentRig, commandTask, patience, startAgentRig } from './stand-in-master.ts';

describe('a port that was given to one task', () => {
  let rig: AgentRig;
  let port: number;
  beforeEach(async () => {
    rig = await startAgentRig();
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  const listen = (): string =>
    `exec ${process.execPath} -e "require('net').createServer().listen(${port}, '127.0.0.1').on('error', () => setTimeout(process.exit, 100, 9))"`;
  const withPort = (task: TaskInfo): TaskInfo => ({
    ...task,
    resources: [
      ...task.resources,
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: port, end: port }] } },
    ],
  });
  const listening = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  const trespassed = {
    source: 'SOURCE_AGENT',
    reason: 'REASON_CONTAINER_LIMITATION',
    message: expect.stringContaining('listening on unallocated port(s)'),
  };

  it('is taken back from a task that took it before, so that its owner can have it', async () => {
    rig.master.run(commandTask('squatter', listen()));
    await expect.poll(listening, patience).toBe(true);
    rig.master.run(withPort(commandTask('owner', listen())));
    expect(await rig.master.status('squatter', 'TASK_FAILED')).toMatchObject(trespassed);
    await rig.master.status('owner', 'TASK_RUNNING');
    await expect.poll(listening, patience).toBe(true);
    expect(rig.master.states('owner')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
  });

  it('is taken back from a task that takes it later', async () => {
    rig.master.run(withPort(commandTask('owner', 'sleep 600')));
    await rig.master.status('owner', 'TASK_RUNNING');
    rig.master.run(commandTask('squatter', listen()));
    expect(await rig.master.status('squatter', 'TASK_FAILED')).toMatchObject(trespassed);
  });

  it('may be used by its owner, and one that nobody was given by anybody', async () => {
    rig.master.run(commandTask('free', listen()));
    await expect.poll(listening, patience).toBe(true);
    rig.master.run(commandTask('bystander', 'sleep 1.5'));
    await rig.master.status('bystander', 'TASK_FINISHED');
    expect(rig.master.states('free')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
  });
});
