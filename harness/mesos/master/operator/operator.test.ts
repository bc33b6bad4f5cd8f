import { describe, expect, it } from 'vitest';
import type { OperatorCall } from '../../wire/operator-call.ts';
import { Rig, scalar, taskFor } from '../testing/rig.ts';
import { receiveOperatorCall } from './calls.ts';
import { watch } from './event-stream.ts';
import { browse, read } from './files.ts';
import { renderFrameworks, renderSlaves, renderSummary, renderTasks } from './lists.ts';
import { renderMetrics } from './metrics-snapshot.ts';
import { renderRoles } from './roles.ts';
import { renderState } from './state.ts';

type Json = Record<string, unknown>;

/** One agent, one framework, one running task with two ports, one offer of the rest. */
async function busyRig() {
  const rig = new Rig();
  const agent = await rig.agent();
  const framework = await rig.framework({
    role: 'prod',
    hostname: 'here',
    labels: { labels: [{ key: 'k', value: 'v' }] },
  });
  const task = taskFor(framework.offer, 'a', {
    resources: [
      scalar('cpus', 1),
      scalar('mem', 128),
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31000, end: 31001 }] } },
    ],
    labels: { labels: [{ key: 'x' }] },
    discovery: { visibility: 'CLUSTER', name: 'svc' },
  });
  await framework.launch(framework.offer, task);
  agent.update(framework, 'a', 'TASK_STARTING');
  agent.update(framework, 'a', 'TASK_RUNNING');
  agent.update(framework, 'a', 'TASK_RUNNING', { healthy: true });
  await framework.call('REVIVE');
  return { rig, agent, framework, context: rig.core.context };
}

const ask = (rig: Rig, call: OperatorCall): unknown => receiveOperatorCall(rig.core.context, call);

describe('/state', () => {
  it('shows tasks flat: ports as text, no executor for command tasks, one status per state', async () => {
    const { context, framework, agent } = await busyRig();
    const { frameworks } = renderState(context) as { frameworks: Json[] };
    expect(frameworks[0]).toMatchObject({
      id: framework.id,
      name: 'test',
      role: 'prod',
      user: 'nobody',
      active: true,
      connected: true,
      recovered: false,
      checkpoint: false,
      failover_timeout: 0,
      hostname: 'here',
      webui_url: '',
      capabilities: [],
      labels: [{ key: 'k', value: 'v' }],
      used_resources: { cpus: 1, mem: 128, disk: 0, gpus: 0, ports: '[31000-31001]' },
      offered_resources: { cpus: 3, mem: 3968, disk: 10240, gpus: 0, ports: '[31002-32000]' },
      resources: { cpus: 4, ports: '[31000-32000]' },
      unreachable_tasks: [],
      completed_tasks: [],
      executors: [],
    });
    expect(frameworks[0]).not.toHaveProperty('pid');
    expect(frameworks[0]).not.toHaveProperty('roles');
    const [task] = (frameworks[0]?.tasks ?? []) as Json[];
    expect(task).toEqual({
      id: 'a',
      name: 'a',
      framework_id: framework.id,
      executor_id: '',
      slave_id: agent.id,
      state: 'TASK_RUNNING',
      resources: { cpus: 1, mem: 128, disk: 0, gpus: 0, ports: '[31000-31001]' },
      role: 'prod',
      statuses: [
        { state: 'TASK_STARTING', timestamp: expect.any(Number) },
        { state: 'TASK_RUNNING', timestamp: expect.any(Number), healthy: true },
      ],
      user: 'nobody',
      labels: [{ key: 'x' }],
      discovery: { visibility: 'CLUSTER', name: 'svc' },
    });
  });

  it('shows the master and its agents', async () => {
    const { context, agent } = await busyRig();
    const state = renderState(context);
    expect(state).toMatchObject({
      pid: 'master@127.0.0.1:5050',
      leader: 'master@127.0.0.1:5050',
      leader_info: { id: context.id, pid: 'master@127.0.0.1:5050', port: 5050, hostname: '127.0.0.1' },
      activated_slaves: 1,
      deactivated_slaves: 0,
      unreachable_slaves: 0,
      recovered_slaves: [],
      orphan_tasks: [],
      unregistered_frameworks: [],
      completed_frameworks: [],
    });
    expect(Object.values(state.flags as Json).every((value) => typeof value === 'string')).toBe(true);
    expect((state.slaves as Json[])[0]).toMatchObject({
      id: agent.id,
      hostname: 'host',
      port: 5051,
      pid: 'slave(1)@127.0.0.1:5051',
      attributes: {},
      active: true,
      deactivated: false,
      resources: { cpus: 4, mem: 4096, disk: 10240, gpus: 0, ports: '[31000-32000]' },
      used_resources: { cpus: 1 },
      offered_resources: { cpus: 3 },
      reserved_resources: {},
      unreserved_resources: { cpus: 4 },
    });
  });
});

describe('the lists', () => {
  it('/slaves adds resources in full, and can be asked for one agent', async () => {
    const { context, agent } = await busyRig();
    const { slaves } = renderSlaves(context, new URLSearchParams({ slave_id: agent.id })) as {
      slaves: Json[];
    };
    expect(slaves[0]?.used_resources_full).toContainEqual({
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 1 },
      role: '*',
    });
    expect(renderSlaves(context, new URLSearchParams({ slave_id: 'x' }))).toEqual({
      slaves: [],
      recovered_slaves: [],
    });
  });

  it('/frameworks can be asked for one framework, also one that has ended', async () => {
    const { context, framework } = await busyRig();
    await framework.call('TEARDOWN');
    const query = new URLSearchParams({ framework_id: framework.id });
    expect(renderFrameworks(context, query)).toMatchObject({
      frameworks: [],
      completed_frameworks: [{ id: framework.id, completed_tasks: [{ id: 'a', state: 'TASK_KILLED' }] }],
    });
  });

  it('/tasks lists the newest first, in pages', async () => {
    const { rig, agent, framework, context } = await busyRig();
    for (const id of ['b', 'c']) {
      await rig.clock.advance(10);
      await framework.call('REVIVE');
      await framework.launch(framework.offer, taskFor(framework.offer, id));
      agent.update(framework, id, 'TASK_RUNNING');
    }
    await rig.settle();
    const ids = (query: Record<string, string>) => {
      const { tasks } = renderTasks(context, new URLSearchParams(query)) as { tasks: Json[] };
      return tasks.map(({ id }) => id);
    };
    expect(ids({})).toEqual(['c', 'b', 'a']);
    expect(ids({ order: 'asc' })).toEqual(['a', 'b', 'c']);
    expect(ids({ limit: '1', offset: '1' })).toEqual(['b']);
    expect(ids({ task_id: 'a' })).toEqual(['a']);
    expect(ids({ framework_id: 'x' })).toEqual([]);
  });

  it('/state-summary counts tasks instead of listing them', async () => {
    const { context, agent, framework } = await busyRig();
    const summary = renderSummary(context) as { slaves: Json[]; frameworks: Json[] };
    expect(summary.slaves[0]).toMatchObject({
      id: agent.id,
      TASK_RUNNING: 1,
      TASK_FAILED: 0,
      framework_ids: [framework.id],
    });
    expect(summary.frameworks[0]).toMatchObject({ id: framework.id, TASK_RUNNING: 1, slave_ids: [agent.id] });
    expect(summary.frameworks[0]).not.toHaveProperty('tasks');
  });

  it('/roles lists roles in use and their ancestors with what they hold', async () => {
    const { rig, context, framework } = await busyRig();
    await rig.framework({ role: 'dev/web' });
    ask(rig, { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: [{ role: 'test', weight: 2.5 }] } });
    const { roles } = renderRoles(context) as { roles: Json[] };
    expect(roles.map(({ name, weight }) => [name, weight])).toEqual([
      ['dev', 1],
      ['dev/web', 1],
      ['prod', 1],
      ['test', 2.5],
    ]);
    expect(roles[2]).toMatchObject({
      allocated: { cpus: 1, mem: 128 },
      offered: { cpus: 3 },
      resources: { cpus: 4 },
      reserved: {},
      frameworks: [framework.id],
      quota: { role: 'prod', guarantee: {}, limit: {}, consumed: { cpus: 1, mem: 128 } },
    });
  });

  it('/metrics/snapshot is flat and speaks of everything', async () => {
    const { context, framework } = await busyRig();
    const metrics = renderMetrics(context);
    expect(metrics).toMatchObject({
      'master/elected': 1,
      'master/cpus_total': 4,
      'master/cpus_used': 1,
      'master/cpus_percent': 0.25,
      'master/slaves_active': 1,
      'master/frameworks_active': 1,
      'master/outstanding_offers': 1,
      'master/tasks_running': 1,
      'master/tasks_finished': 0,
      'master/messages_register_framework': 1,
      'master/messages_launch_tasks': 1,
      'master/messages_status_update': 3,
      'master/valid_status_updates': 3,
      'allocator/mesos/allocation_run_ms/count': expect.any(Number),
      [`master/frameworks/test/${framework.id}/calls/accept`]: 1,
    });
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  });

  it('/files shows the log of the master', async () => {
    const { context } = await busyRig();
    expect(browse(context, '/master/log')).toMatchObject({ kind: 'found', value: [{ path: '/master/log' }] });
    const query = { path: '/master/log', offset: '0', length: '10' };
    expect(read(context, query)).toMatchObject({ kind: 'found', value: { offset: 0 } });
    const end = read(context, { ...query, offset: '-1' });
    expect(end).toMatchObject({ kind: 'found', value: { offset: context.masterLog.size } });
    expect(read(context, { ...query, path: null })).toMatchObject({ kind: 'invalid' });
    expect(read(context, { ...query, offset: 'x' })).toMatchObject({ kind: 'invalid' });
    expect(read(context, { ...query, path: '/etc/passwd' })).toEqual({ kind: 'missing' });
  });
});

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
      reply: { status: { configs: [{ role: 'prod', limits: { cpus: { value: 0.5 } } }] } },
    });
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
