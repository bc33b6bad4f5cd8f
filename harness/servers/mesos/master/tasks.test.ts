import { describe, expect, it } from 'vitest';
import type { TaskInfo } from '../v1.ts';
import { Rig, scalar, taskFor } from './testing/rig.ts';

describe('a launch', () => {
  it('sends the task to its agent and says nothing of TASK_STAGING', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    expect(agent.messages('run-task')).toMatchObject([{ role: '*', task: { task_id: { value: 'a' } } }]);
    expect(framework.statuses).toHaveLength(0);
  });

  const longId = 'x'.repeat(256);
  const shell = { value: 'true' };
  const executor = { executor_id: { value: 'e' }, command: shell };
  const invalid: readonly [string, Partial<TaskInfo>, string][] = [
    ['an empty id', { task_id: { value: '' } }, 'ID must not be empty'],
    ['an id too long', { task_id: { value: longId } }, 'greater than 255'],
    ['the id ..', { task_id: { value: '..' } }, 'disallowed'],
    ['a slash in its id', { task_id: { value: 'a/b' } }, 'invalid characters'],
    ['a backslash in its id', { task_id: { value: 'a\\b' } }, 'invalid characters'],
    ['a control character in its id', { task_id: { value: 'a\nb' } }, 'invalid characters'],
    ['another agent', { agent_id: { value: 'other' } }, 'Task uses invalid agent'],
    ['no resources', { resources: [] }, 'Task uses no resources'],
    ['too many cpus', { resources: [scalar('cpus', 4.001)] }, 'more than available'],
    [
      'a port that is not offered',
      { resources: [{ name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 80, end: 80 }] } }] },
      'more than available',
    ],
    ['an unknown resource', { resources: [scalar('unicorns', 1)] }, 'more than available'],
    ['a negative scalar', { resources: [scalar('cpus', -1)] }, 'Invalid scalar resource'],
    ['neither command nor executor', { command: undefined }, 'at least one (but not both)'],
    ['both command and executor', { executor }, 'at least one (but not both)'],
    [
      'a negative grace period',
      { kill_policy: { grace_period: { nanoseconds: -1 } } },
      'must be non-negative',
    ],
    ['a negative completion time', { max_completion_time: { nanoseconds: -1 } }, 'must be non-negative'],
    ['a check without type', { check: {} }, "CheckInfo must specify 'type'"],
    [
      'a check with a bad path',
      { check: { type: 'HTTP', http: { port: 1, path: 'x' } } },
      "must start with '/'",
    ],
    [
      'a health check with a bad path',
      { health_check: { type: 'HTTP', http: { port: 1, path: 'x' } } },
      "start with '/'",
    ],
    [
      'a limit below its request',
      { limits: { cpus: { value: 0.5 } } },
      'greater than or equal to the cpu request',
    ],
    ['a limit of something else', { limits: { disk: { value: 5 } } }, 'Only cpus and mem'],
    ['a Docker container without image', { container: { type: 'DOCKER' } }, "DockerInfo 'docker' is not set"],
    [
      'a variable without value',
      { command: { ...shell, environment: { variables: [{ name: 'A' }] } } },
      'must have a value set',
    ],
  ];

  it.each(invalid)(
    'of a task with %s is refused without touching its neighbours',
    async (_, more, message) => {
      const rig = new Rig();
      const agent = await rig.agent();
      const framework = await rig.framework();
      const good = taskFor(framework.offer, 'good', { resources: [scalar('mem', 32)] });
      await framework.launch(framework.offer, taskFor(framework.offer, 'bad', more), good);
      expect(framework.statuses).toHaveLength(1);
      expect(framework.status).toMatchObject({
        state: 'TASK_ERROR',
        source: 'SOURCE_MASTER',
        reason: 'REASON_TASK_INVALID',
        message: expect.stringContaining(message),
      });
      expect(framework.status).not.toHaveProperty('uuid');
      expect(agent.messages('run-task').map(({ task }) => task.name)).toEqual(['good']);
    },
  );

  it('refuses the id of a task that is not acknowledged as ended, and takes it afterwards', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    agent.update(framework, 'a', 'TASK_FINISHED');
    await rig.clock.advance(1000);
    const ended = framework.status;
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    expect(framework.status.message).toBe('Task has duplicate ID: a');
    await framework.acknowledge(ended);
    await framework.call('REVIVE');
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    expect(agent.messages('run-task')).toHaveLength(2);
  });

  it('charges tasks in order, until the offer is spent', async () => {
    const rig = new Rig();
    const agent = await rig.agent('cpus:2;mem:1024');
    const framework = await rig.framework();
    const tasks = ['a', 'b', 'c'].map((id) => taskFor(framework.offer, id));
    await framework.launch(framework.offer, ...tasks);
    expect(agent.messages('run-task').map(({ task }) => task.name)).toEqual(['a', 'b']);
    expect(framework.status).toMatchObject({ task_id: { value: 'c' }, state: 'TASK_ERROR' });
  });

  it('with an operation id is refused', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework();
    const launch = { task_infos: [taskFor(framework.offer, 'a')] };
    await framework.accept([framework.offer], [{ type: 'LAUNCH', id: { value: 'op' }, launch }]);
    expect(framework.status.message).toBe('The `id` field cannot be set on LAUNCH operations');
  });
});

describe('a status update', () => {
  it('is passed on with its uuid, and its acknowledgement goes back to the agent', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    const uuid = agent.update(framework, 'a', 'TASK_RUNNING');
    await rig.settle();
    expect(framework.status).toMatchObject({ state: 'TASK_RUNNING', uuid });
    expect(await framework.acknowledge(framework.status)).toBe(202);
    expect(agent.messages('acknowledge')).toEqual([
      { kind: 'acknowledge', frameworkId: framework.id, taskId: 'a', uuid },
    ]);
  });

  it('that ends a task frees its resources before it is acknowledged', async () => {
    const rig = new Rig();
    const agent = await rig.agent('cpus:1;mem:128');
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    agent.update(framework, 'a', 'TASK_FAILED');
    await rig.clock.advance(1000);
    expect(framework.offers).toHaveLength(2);
    expect(rig.core.context.frameworks.get(framework.id)?.tasks.has('a')).toBe(true);
    await framework.acknowledge(framework.status);
    expect(rig.core.context.frameworks.get(framework.id)?.tasks.has('a')).toBe(false);
    expect(rig.core.context.frameworks.get(framework.id)?.completedTasks.size).toBe(1);
  });

  it('of a disconnected framework waits at the agent', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ failover_timeout: 60 });
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    await framework.disconnect();
    agent.update(framework, 'a', 'TASK_RUNNING');
    await rig.settle();
    expect(framework.statuses).toHaveLength(0);
  });

  it('is not ended by an acknowledgement of another uuid, agent or task', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    agent.update(framework, 'a', 'TASK_FINISHED');
    await rig.settle();
    const { status } = framework;
    const other = Buffer.alloc(16, 7).toString('base64');
    expect(await framework.acknowledge({ ...status, uuid: other })).toBe(202);
    expect(await framework.acknowledge({ ...status, agent_id: { value: 'x' } })).toBe(202);
    expect(await framework.acknowledge({ ...status, task_id: { value: 'x' } })).toBe(202);
    expect(rig.core.context.frameworks.get(framework.id)?.tasks.has('a')).toBe(true);
    expect(await framework.acknowledge({ ...status, uuid: 'AAAA' })).toBe(400);
  });
});

describe('KILL', () => {
  it('goes to the agent with the policy of the call', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    const kill_policy = { grace_period: { nanoseconds: 5 } };
    await framework.call('KILL', { kill: { task_id: { value: 'a' }, kill_policy } });
    expect(agent.messages('kill')).toEqual([
      { kind: 'kill', frameworkId: framework.id, taskId: 'a', policy: kill_policy },
    ]);
  });

  it('with another agent is ignored without any event', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const other = await rig.agent();
    const framework = await rig.framework();
    const offer = framework.offers.find(({ agent_id }) => agent_id.value === agent.id) ?? framework.offer;
    await framework.launch(offer, taskFor(offer, 'a'));
    const { length } = framework.events;
    await framework.call('KILL', { kill: { task_id: { value: 'a' }, agent_id: { value: other.id } } });
    expect(framework.events).toHaveLength(length);
    expect([...agent.messages('kill'), ...other.messages('kill')]).toHaveLength(0);
  });

  it('of an unknown task is answered as a reconciliation', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const plain = await rig.framework();
    await plain.call('KILL', { kill: { task_id: { value: 'x' } } });
    expect(plain.status).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_RECONCILIATION' });
    const aware = await rig.framework({ capabilities: [{ type: 'PARTITION_AWARE' }] });
    await aware.call('KILL', { kill: { task_id: { value: 'x' } } });
    expect(aware.status.state).toBe('TASK_UNKNOWN');
    await aware.call('KILL', { kill: { task_id: { value: 'x' }, agent_id: { value: agent.id } } });
    expect(aware.status.state).toBe('TASK_GONE');
  });
});

describe('RECONCILE', () => {
  it('answers every task when none is named, with what was delivered, also when it ended', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'), taskFor(framework.offer, 'b'));
    agent.update(framework, 'a', 'TASK_FINISHED', { healthy: true });
    await rig.settle();
    const before = framework.statuses.length;
    await framework.call('RECONCILE', { reconcile: {} });
    const answers = framework.statuses.slice(before);
    expect(answers.map(({ task_id, state }) => [task_id.value, state])).toEqual([
      ['a', 'TASK_FINISHED'],
      ['b', 'TASK_STAGING'],
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ source: 'SOURCE_MASTER', reason: 'REASON_RECONCILIATION' });
      expect(answer).not.toHaveProperty('uuid');
    }
    expect(answers[0]?.healthy).toBe(true);
  });

  it('answers by where the agent stands', async () => {
    const rig = new Rig();
    const here = await rig.agent();
    const away = await rig.agent();
    away.answersPings = false;
    const framework = await rig.framework({ capabilities: [{ type: 'PARTITION_AWARE' }] });
    await rig.clock.advance(100_000);
    const ask = async (agentId?: string) => {
      const agent_id = agentId === undefined ? undefined : { value: agentId };
      await framework.call('RECONCILE', {
        reconcile: { tasks: [{ task_id: { value: 'x' }, ...(agent_id && { agent_id }) }] },
      });
      return framework.status;
    };
    expect((await ask()).state).toBe('TASK_UNKNOWN');
    expect((await ask('nobody')).state).toBe('TASK_UNKNOWN');
    expect((await ask(here.id)).state).toBe('TASK_GONE');
    expect(await ask(away.id)).toMatchObject({
      state: 'TASK_UNREACHABLE',
      unreachable_time: { nanoseconds: expect.any(Number) },
    });
  });
});
