import { describe, expect, it } from 'vitest';
import type { RunningTask } from '../link.ts';
import type { TaskState } from '../v1.ts';
import { receiveOperatorCall } from './operator/calls.ts';
import { type FakeAgent, type FakeScheduler, Rig, taskFor } from './testing/rig.ts';

const aware = [{ type: 'PARTITION_AWARE' }];

async function runOne(rig: Rig, agent: FakeAgent, framework: FakeScheduler, id = 'a'): Promise<void> {
  await framework.launch(framework.offer, taskFor(framework.offer, id));
  agent.update(framework, id, 'TASK_RUNNING');
  await rig.settle();
  await framework.acknowledge(framework.status);
}

function running(
  rig: Rig,
  agent: FakeAgent,
  framework: FakeScheduler,
  state: TaskState = 'TASK_RUNNING',
): RunningTask {
  const info = rig.core.context.frameworks.get(framework.id)?.info ?? { user: 'nobody', name: 'test' };
  const task = agent.messages('run-task').at(-1)?.task;
  if (task === undefined) throw new Error('nothing was launched');
  return { framework: info, role: '*', task, latest: agent.status(task.task_id.value, state) };
}

describe('an agent that answers no pings', () => {
  it('is given up after five of them: its tasks are unreachable and FAILURE is sent', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ capabilities: aware });
    await runOne(rig, agent, framework);
    await framework.call('REVIVE');
    const { offer } = framework;
    agent.answersPings = false;
    await rig.clock.advance(74_000);
    expect(framework.of('FAILURE')).toHaveLength(0);
    await rig.clock.advance(20_000);
    expect(framework.of('FAILURE').map(({ failure }) => failure)).toEqual([
      { agent_id: { value: agent.id } },
    ]);
    expect(framework.of('RESCIND').map(({ rescind }) => rescind.offer_id)).toContainEqual(offer.id);
    expect(framework.status).toMatchObject({
      state: 'TASK_UNREACHABLE',
      source: 'SOURCE_MASTER',
      reason: 'REASON_AGENT_REMOVED',
      unreachable_time: { nanoseconds: expect.any(Number) },
    });
    expect(framework.status).not.toHaveProperty('uuid');
    await framework.launch(offer, taskFor(offer, 'a'));
    expect(framework.status.reason).toBe('REASON_INVALID_OFFERS');
  });

  it('gives its tasks back when it returns', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ capabilities: aware });
    await runOne(rig, agent, framework);
    const report = running(rig, agent, framework);
    agent.answersPings = false;
    await rig.clock.advance(100_000);
    agent.register([report]);
    await rig.settle();
    expect(framework.status).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_AGENT_REREGISTERED' });
    expect(framework.status).not.toHaveProperty('uuid');
    expect(rig.core.context.frameworks.get(framework.id)?.tasks.has('a')).toBe(true);
    expect(framework.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(3);
  });

  it('lost the tasks of frameworks that know no partitions, and kills them when it returns', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await runOne(rig, agent, framework);
    const report = running(rig, agent, framework);
    agent.answersPings = false;
    await rig.clock.advance(100_000);
    expect(framework.status).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_AGENT_REMOVED' });
    agent.register([report]);
    await rig.settle();
    expect(agent.messages('kill')).toEqual([{ kind: 'kill', frameworkId: framework.id, taskId: 'a' }]);
    expect(rig.core.context.frameworks.get(framework.id)?.tasks.has('a')).toBe(false);
  });
});

describe('an agent whose wire breaks', () => {
  it('keeps tasks of frameworks with checkpoints, gets no offers, and has ten minutes to return', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ checkpoint: true, capabilities: aware });
    await runOne(rig, agent, framework);
    agent.hangUp();
    await rig.clock.advance(599_000);
    expect(framework.of('FAILURE')).toHaveLength(0);
    await rig.clock.advance(2000);
    expect(framework.of('FAILURE')).toHaveLength(1);
    expect(framework.status.state).toBe('TASK_UNREACHABLE');
  });

  it('loses the tasks of frameworks without', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await runOne(rig, agent, framework);
    agent.hangUp();
    await rig.settle();
    expect(framework.status).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_AGENT_DISCONNECTED' });
  });

  it('goes on where it was when it returns in time', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ checkpoint: true });
    await runOne(rig, agent, framework);
    const report = running(rig, agent, framework);
    const { id } = agent;
    agent.hangUp();
    await rig.clock.advance(60_000);
    agent.register([report]);
    await rig.clock.advance(700_000);
    expect(agent.id).toBe(id);
    expect(framework.of('FAILURE')).toHaveLength(0);
    expect(framework.statuses.map(({ state }) => state)).toEqual(['TASK_RUNNING']);
  });
});

describe('an agent that registers again without an id', () => {
  it('does not stay on the books twice', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    agent.hangUp();
    await rig.settle();
    agent.id = '';
    agent.register();
    await rig.settle();
    expect([...rig.core.context.agents.keys()]).toEqual([agent.id]);
    expect(agent.id).toBe(`${rig.core.context.id}-S1`);
  });
});

describe('a master that takes over', () => {
  it('recovers agents, frameworks and tasks as they come back, and does not answer about absent agents', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const first = await rig.framework({ failover_timeout: 3600, checkpoint: true });
    await runOne(rig, agent, first);
    const report = running(rig, agent, first);
    await rig.failOver();
    expect(first.closed).toBe(true);
    const again = await rig.framework({ id: { value: first.id }, failover_timeout: 3600, checkpoint: true });
    const tasks = [{ task_id: { value: 'a' }, agent_id: { value: agent.id } }];
    await again.call('RECONCILE', { reconcile: { tasks } });
    expect(again.statuses).toHaveLength(0);
    agent.register([report]);
    await rig.settle();
    await again.call('RECONCILE', { reconcile: { tasks } });
    expect(again.status).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_RECONCILIATION' });
    expect(again.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(3);
  });

  it('waits for the scheduler of a framework without failover timeout as long as for agents', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ checkpoint: true });
    await runOne(rig, agent, framework);
    const report = running(rig, agent, framework);
    await rig.failOver();
    agent.register([report]);
    await rig.clock.advance(590_000);
    expect(agent.messages('shutdown-framework')).toHaveLength(0);
    await rig.clock.advance(20_000);
    expect(agent.messages('shutdown-framework')).toHaveLength(1);
  });

  it('gives up agents that do not come back', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    await rig.failOver();
    await rig.clock.advance(601_000);
    const framework = await rig.framework({ capabilities: aware });
    const tasks = [{ task_id: { value: 'a' }, agent_id: { value: agent.id } }];
    await framework.call('RECONCILE', { reconcile: { tasks } });
    expect(framework.status.state).toBe('TASK_UNREACHABLE');
  });

  it('knows weights and quotas', async () => {
    const rig = new Rig();
    receiveOperatorCall(rig.core.context, {
      type: 'UPDATE_WEIGHTS',
      update_weights: { weight_infos: [{ role: 'prod', weight: 3 }] },
    });
    receiveOperatorCall(rig.core.context, {
      type: 'UPDATE_QUOTA',
      update_quota: { quota_configs: [{ role: 'dev', limits: { cpus: { value: 1 } } }] },
    });
    await rig.failOver();
    await rig.agent();
    const dev = await rig.framework({ role: 'dev' });
    expect(dev.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(1);
    expect(rig.core.context.allocator.tree.get('prod')?.weight).toBe(3);
  });
});

describe('DRAIN_AGENT', () => {
  it('stops offers, kills tasks, and ends when their end is acknowledged', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await runOne(rig, agent, framework);
    const drain = { agent_id: { value: agent.id }, max_grace_period: { seconds: 7 } };
    expect(receiveOperatorCall(rig.core.context, { type: 'DRAIN_AGENT', drain_agent: drain })).toEqual({
      status: 200,
    });
    await rig.settle();
    expect(agent.messages('kill')).toEqual([
      {
        kind: 'kill',
        frameworkId: framework.id,
        taskId: 'a',
        reason: 'REASON_AGENT_DRAINING',
        policy: { grace_period: { nanoseconds: 7e9 } },
      },
    ]);
    const state = () => rig.core.context.agents.get(agent.id)?.drain?.state;
    agent.update(framework, 'a', 'TASK_KILLED');
    await rig.clock.advance(20_000);
    expect(state()).toBe('DRAINING');
    await framework.acknowledge(framework.status);
    expect(state()).toBe('DRAINED');
    const before = framework.offers.length;
    await framework.call('REVIVE');
    expect(framework.offers).toHaveLength(before);
    receiveOperatorCall(rig.core.context, { type: 'REACTIVATE_AGENT', reactivate_agent: drain });
    await rig.settle();
    expect(framework.offers).toHaveLength(before + 1);
  });

  it('of an unknown agent is refused', () => {
    const drain_agent = { agent_id: { value: 'x' } };
    const answer = receiveOperatorCall(new Rig().core.context, { type: 'DRAIN_AGENT', drain_agent });
    expect(answer).toEqual({ status: 400, message: 'Unknown agent' });
  });
});

describe('DEACTIVATE_AGENT', () => {
  it('rescinds offers and lets tasks run', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await runOne(rig, agent, framework);
    await framework.call('REVIVE');
    const deactivate_agent = { agent_id: { value: agent.id } };
    receiveOperatorCall(rig.core.context, { type: 'DEACTIVATE_AGENT', deactivate_agent });
    await rig.clock.advance(10_000);
    expect(framework.of('RESCIND')).toHaveLength(1);
    expect(rig.core.context.offers.size).toBe(0);
    expect(agent.messages('kill')).toHaveLength(0);
  });
});

describe('MARK_AGENT_GONE', () => {
  it('ends its tasks for good, and the agent may never return', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ capabilities: aware });
    await runOne(rig, agent, framework);
    const mark_agent_gone = { agent_id: { value: agent.id } };
    expect(receiveOperatorCall(rig.core.context, { type: 'MARK_AGENT_GONE', mark_agent_gone })).toEqual({
      status: 200,
    });
    await rig.settle();
    expect(framework.status).toMatchObject({
      state: 'TASK_GONE_BY_OPERATOR',
      reason: 'REASON_AGENT_REMOVED_BY_OPERATOR',
    });
    expect(agent.messages('shutdown')).toHaveLength(1);
    agent.register();
    await rig.settle();
    expect(agent.messages('shutdown')).toHaveLength(2);
    expect(rig.core.context.agents.size).toBe(0);
    const tasks = [{ task_id: { value: 'a' }, agent_id: { value: agent.id } }];
    await framework.call('RECONCILE', { reconcile: { tasks } });
    expect(framework.status.state).toBe('TASK_GONE_BY_OPERATOR');
  });
});
