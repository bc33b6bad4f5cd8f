import { describe, expect, it } from 'vitest';
import type { ExecutorInfo, Offer, TaskInfo } from '../v1.ts';
import type { Operation } from '../wire/scheduler-call.ts';
import { type FakeScheduler, Rig, scalar, taskFor } from './testing/rig.ts';

const resources = [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 10)];

function executorOf(framework: FakeScheduler, more: Partial<ExecutorInfo> = {}): ExecutorInfo {
  return {
    type: 'DEFAULT',
    executor_id: { value: 'e' },
    framework_id: { value: framework.id },
    resources,
    ...more,
  };
}

function group(executor: ExecutorInfo, ...tasks: readonly TaskInfo[]): Operation {
  return { type: 'LAUNCH_GROUP', launch_group: { executor, task_group: { tasks } } };
}

const small = (offer: Offer, id: string, more: Partial<TaskInfo> = {}): TaskInfo =>
  taskFor(offer, id, { resources: [scalar('cpus', 1), scalar('mem', 64)], ...more });

describe('LAUNCH_GROUP', () => {
  it('runs all tasks under one executor, whose resources are charged once', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    const { offer } = framework;
    await framework.accept([offer], [group(executorOf(framework), small(offer, 'a'), small(offer, 'b'))]);
    expect(agent.messages('run-group')).toMatchObject([
      { executor: { executor_id: { value: 'e' } }, tasks: [{ name: 'a' }, { name: 'b' }] },
    ]);
    await framework.call('REVIVE');
    expect(framework.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(1.9);
    expect(framework.offer.executor_ids).toEqual([{ value: 'e' }]);
    await framework.accept([framework.offer], [group(executorOf(framework), small(offer, 'c'))]);
    await framework.call('REVIVE');
    expect(framework.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(0.9);
  });

  const cases: readonly [string, Partial<ExecutorInfo>, Partial<TaskInfo>, string][] = [
    ['one bad task', {}, { task_id: { value: 'a/b' } }, 'invalid characters'],
    ['a Docker task', {}, { container: { type: 'DOCKER', docker: { image: 'x' } } }, 'Docker ContainerInfo'],
    ['an executor without type', { type: undefined }, {}, "'ExecutorInfo.type' must be set"],
    [
      'a default executor with a command',
      { command: { value: 'x' } },
      {},
      "'ExecutorInfo.command' must not be set",
    ],
    ['an executor of another framework', { framework_id: { value: 'x' } }, {}, 'invalid FrameworkID'],
    [
      'an executor of no framework',
      { framework_id: undefined },
      {},
      "'ExecutorInfo.framework_id' must be set",
    ],
    [
      'an executor with few cpus',
      { resources: [scalar('cpus', 0.001), ...resources.slice(1)] },
      {},
      'uses less CPUs',
    ],
    [
      'an executor with little memory',
      { resources: [scalar('cpus', 1), scalar('mem', 1)] },
      {},
      'uses less memory',
    ],
    ['an executor without disk', { resources: resources.slice(0, 2) }, {}, 'uses no disk'],
    ['more than is offered', {}, { resources: [scalar('cpus', 4)] }, 'more than available'],
  ];

  it.each(cases)('with %s refuses every task of the group', async (_, executor, task, message) => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    const { offer } = framework;
    await framework.accept(
      [offer],
      [group(executorOf(framework, executor), small(offer, 'good'), small(offer, 'bad', task))],
    );
    expect(framework.statuses).toHaveLength(2);
    for (const status of framework.statuses) {
      expect(status).toMatchObject({
        state: 'TASK_ERROR',
        reason: 'REASON_TASK_GROUP_INVALID',
        message: expect.stringContaining(message),
      });
    }
    expect(agent.messages('run-group')).toHaveLength(0);
  });

  it('tells the framework when the executor has ended, and frees what it held', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    const { offer } = framework;
    await framework.accept([offer], [group(executorOf(framework), small(offer, 'a'))]);
    agent.update(framework, 'a', 'TASK_FINISHED');
    agent.executorExited(framework, 'e', 256);
    await rig.clock.advance(1000);
    expect(framework.of('FAILURE').map(({ failure }) => failure)).toEqual([
      { agent_id: { value: agent.id }, executor_id: { value: 'e' }, status: 256 },
    ]);
    expect(framework.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(4);
  });
});
