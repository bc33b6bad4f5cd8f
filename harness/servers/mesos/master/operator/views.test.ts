import { describe, expect, it } from 'vitest';
import { busyRig } from '../testing/busy-rig.ts';
import { taskFor } from '../testing/rig.ts';
import { browse, read } from './files.ts';
import { renderFrameworks, renderSlaves, renderSummary, renderTasks } from './lists.ts';
import { renderMetrics } from './metrics-snapshot.ts';
import { renderRoles } from './roles.ts';
import { renderState } from './state.ts';
import { updateWeights } from './weights.ts';

type Json = Record<string, unknown>;

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
    updateWeights(context, [{ role: 'test', weight: 2.5 }]);
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
