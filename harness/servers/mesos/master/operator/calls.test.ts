import { describe, expect, it } from 'vitest';
import type { OperatorCall } from '../../wire/operator-call.ts';
import { busyRig } from '../testing/busy-rig.ts';
import { Rig, taskFor } from '../testing/rig.ts';
import { receiveOperatorCall } from './calls.ts';
import { watch } from './event-stream.ts';
import { renderState } from './state.ts';

type Json = Record<string, unknown>;

const ask = (rig: Rig, call: OperatorCall): unknown => receiveOperatorCall(rig.core.context, call);

describe('the v1 calls', () => {
  it('answer in protobuf form, empty lists left out', async () => {
    const { rig, agent, framework } = await busyRig();
    expect(ask(rig, { type: 'GET_TASKS' })).toMatchObject({
      reply: {
        tasks: [
          {
            task_id: { value: 'a' },
            agent_id: { value: agent.id },
            framework_id: { value: framework.id },
            state: 'TASK_RUNNING',
            status_update_state: 'TASK_RUNNING',
          },
        ],
      },
    });
    expect(ask(rig, { type: 'GET_AGENTS' })).toMatchObject({
      reply: {
        agents: [
          { agent_info: { id: { value: agent.id } }, active: true, allocated_resources: expect.any(Array) },
        ],
      },
    });
    const { reply } = ask(rig, { type: 'GET_STATE' }) as { reply: Json };
    expect(reply).toMatchObject({
      get_tasks: { tasks: [{}] },
      get_frameworks: { frameworks: [{ framework_info: { name: 'test' }, active: true }] },
      get_agents: { agents: [{}] },
    });
    expect(reply.get_tasks).not.toHaveProperty('completed_tasks');
  });

  it.each([
    ['a weight of zero', [{ role: 'a', weight: 0 }]],
    ['a negative weight', [{ role: 'a', weight: -1 }]],
    ['a bad role', [{ role: '/a', weight: 1 }]],
  ])('refuse %s', (_, weight_infos) => {
    const answer = ask(new Rig(), { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos } });
    expect(answer).toMatchObject({ status: 400 });
  });

  const limit = (role: string, cpus: number, force = false): OperatorCall => ({
    type: 'UPDATE_QUOTA',
    update_quota: { force, quota_configs: [{ role, limits: { cpus: { value: cpus } } }] },
  });

  it('set quota, refuse what is below consumption without force, and take offers back that exceed it', async () => {
    const { rig, framework } = await busyRig();
    expect(ask(rig, limit('prod/web', 1))).toMatchObject({ status: 400 });
    expect(ask(rig, limit('prod', 0.5))).toMatchObject({ status: 400 });
    expect(ask(rig, limit('prod', 2))).toEqual({ status: 200 });
    await rig.clock.advance(1000);
    expect(framework.of('RESCIND')).toHaveLength(1);
    expect(framework.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(1);
    expect(ask(rig, limit('prod', 0.5, true))).toEqual({ status: 200 });
    expect(ask(rig, { type: 'GET_QUOTA' })).toMatchObject({
      reply: {
        status: { infos: [{ role: 'prod' }], configs: [{ role: 'prod', limits: { cpus: { value: 0.5 } } }] },
      },
    });
    expect(JSON.stringify(ask(rig, { type: 'GET_QUOTA' }))).not.toContain('[]');
    ask(rig, { type: 'UPDATE_QUOTA', update_quota: { quota_configs: [{ role: 'prod' }] } });
    expect(ask(rig, { type: 'GET_QUOTA' })).toEqual({ reply: { status: {} } });
  });

  it('refuse guarantees that the cluster cannot hold', async () => {
    const { rig } = await busyRig();
    const quota_configs = [{ role: 'big', guarantees: { cpus: { value: 100 } } }];
    expect(ask(rig, { type: 'UPDATE_QUOTA', update_quota: { quota_configs } })).toMatchObject({
      status: 400,
    });
  });

  it('tear frameworks down', async () => {
    const { rig, framework } = await busyRig();
    const teardown = { framework_id: { value: framework.id } };
    expect(ask(rig, { type: 'TEARDOWN', teardown })).toEqual({ status: 200 });
    expect(ask(rig, { type: 'TEARDOWN', teardown })).toMatchObject({ status: 400 });
  });

  it('reserve and unreserve resources that nobody uses', async () => {
    const { rig, agent, framework, context } = await busyRig();
    const reserved = (cpus: number) => [
      {
        name: 'cpus',
        type: 'SCALAR' as const,
        scalar: { value: cpus },
        reservations: [{ type: 'DYNAMIC' as const, role: 'dev' }],
      },
    ];
    const agent_id = { value: agent.id };
    expect(
      ask(rig, { type: 'RESERVE_RESOURCES', reserve_resources: { agent_id, resources: reserved(4) } }),
    ).toMatchObject({
      status: 409,
    });
    await framework.call('REVIVE');
    expect(
      ask(rig, { type: 'RESERVE_RESOURCES', reserve_resources: { agent_id, resources: reserved(2) } }),
    ).toEqual({
      status: 202,
    });
    await rig.clock.advance(1000);
    expect(framework.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(1);
    const dev = await rig.framework({ role: 'dev' });
    await rig.clock.advance(1000);
    expect(dev.offer.resources).toContainEqual({
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 2 },
      role: 'dev',
      reservation: {},
    });
    expect(context.agents.get(agent.id)?.total.scalar('cpus')).toBe(4);
    const unreserve_resources = { agent_id, resources: reserved(2) };
    expect(ask(rig, { type: 'UNRESERVE_RESOURCES', unreserve_resources })).toEqual({ status: 202 });
    expect((renderState(context) as { slaves: Json[] }).slaves[0]).toMatchObject({ reserved_resources: {} });
  });
});

describe('the event stream', () => {
  it('begins with the state and a heartbeat, and tells every change', async () => {
    const rig = new Rig();
    const events: Json[] = [];
    const leave = watch(rig.core.context, { send: (event) => events.push(event as Json) });
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    agent.update(framework, 'a', 'TASK_RUNNING');
    await rig.settle();
    await framework.call('TEARDOWN');
    ask(rig, { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: agent.id } } });
    expect(events.map(({ type }) => type)).toEqual([
      'SUBSCRIBED',
      'HEARTBEAT',
      'AGENT_ADDED',
      'FRAMEWORK_ADDED',
      'TASK_ADDED',
      'TASK_UPDATED',
      'TASK_UPDATED',
      'FRAMEWORK_REMOVED',
      'AGENT_REMOVED',
    ]);
    expect(events[0]).toMatchObject({ subscribed: { get_state: {}, heartbeat_interval_seconds: 15 } });
    expect(events[4]).toMatchObject({
      task_added: { task: { task_id: { value: 'a' }, state: 'TASK_STAGING' } },
    });
    expect(events[5]).toMatchObject({
      task_updated: {
        framework_id: { value: framework.id },
        state: 'TASK_RUNNING',
        status: { state: 'TASK_RUNNING' },
      },
    });
    leave();
    await rig.agent();
    expect(events).toHaveLength(9);
  });
});
