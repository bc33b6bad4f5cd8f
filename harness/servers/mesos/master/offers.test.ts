import { describe, expect, it } from 'vitest';
import type { Offer, TaskInfo } from '../v1.ts';
import type { Operation } from '../wire/scheduler-call.ts';
import { Rig, scalar, taskFor } from './testing/rig.ts';

const cpus = (offer: Offer): number =>
  offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value ?? 0;

describe('offers', () => {
  it('hold everything that is free on one agent, unreserved and without allocations', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    expect(framework.offer).toMatchObject({
      agent_id: { value: agent.id },
      framework_id: { value: framework.id },
      url: { scheme: 'http', address: { ip: '127.0.0.1', port: 5051 }, path: '/slave(1)' },
    });
    expect(framework.offer.resources).toEqual([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 4 }, role: '*' },
      { name: 'mem', type: 'SCALAR', scalar: { value: 4096 }, role: '*' },
      { name: 'disk', type: 'SCALAR', scalar: { value: 10240 }, role: '*' },
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31000, end: 32000 }] }, role: '*' },
    ]);
    expect(framework.offer).not.toHaveProperty('allocation_info');
  });

  it('tell their role only to frameworks with several', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework({ roles: ['dev', 'prod'], capabilities: [{ type: 'MULTI_ROLE' }] });
    const role = framework.offer.allocation_info?.role;
    expect(['dev', 'prod']).toContain(role);
    for (const resource of framework.offer.resources) expect(resource.allocation_info).toEqual({ role });
  });

  it('come at once for a new agent, and with the interval after a decline without filter', async () => {
    const rig = new Rig();
    const framework = await rig.framework();
    await rig.agent();
    expect(framework.offers).toHaveLength(1);
    await framework.call('DECLINE', {
      decline: { offer_ids: [framework.offer.id], filters: { refuse_seconds: 0 } },
    });
    expect(framework.offers).toHaveLength(1);
    await rig.clock.advance(1000);
    expect(framework.offers).toHaveLength(2);
  });

  it.each([
    ['no filters', undefined],
    ['no value', {}],
    ['a negative value', { refuse_seconds: -1 }],
  ])('stay away for five seconds after a decline with %s', async (_, filters) => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework();
    await framework.call('DECLINE', {
      decline: { offer_ids: [framework.offer.id], ...(filters && { filters }) },
    });
    await rig.clock.advance(4900);
    expect(framework.offers).toHaveLength(1);
    await rig.clock.advance(1200);
    expect(framework.offers).toHaveLength(2);
  });

  it.each([-3_600_000, 3_600_000])('keep away as long when the wall clock jumps by %i ms', async (jumpMs) => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework();
    await framework.call('DECLINE', { decline: { offer_ids: [framework.offer.id] } });
    rig.clock.jumpWall(jumpMs);
    await rig.clock.advance(4900);
    expect(framework.offers).toHaveLength(1);
    await rig.clock.advance(1200);
    expect(framework.offers).toHaveLength(2);
  });

  it('come again in spite of a filter when more becomes free than was refused', async () => {
    const rig = new Rig();
    const agent = await rig.agent('cpus:4;mem:4096');
    const framework = await rig.framework();
    await framework.accept(
      [framework.offer],
      [{ type: 'LAUNCH', launch: { task_infos: [taskFor(framework.offer, 'a')] } }],
      1000,
    );
    await rig.clock.advance(10_000);
    expect(framework.offers).toHaveLength(1);
    agent.update(framework, 'a', 'TASK_FINISHED');
    await rig.clock.advance(1000);
    expect(framework.offers).toHaveLength(2);
    expect(cpus(framework.offer)).toBe(4);
  });

  it('come at once after REVIVE, which forgets filters', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework();
    await framework.call('DECLINE', {
      decline: { offer_ids: [framework.offer.id], filters: { refuse_seconds: 1000 } },
    });
    await framework.call('REVIVE');
    expect(framework.offers).toHaveLength(2);
  });

  it('stop with SUPPRESS, which leaves the ones already out alone', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework();
    await framework.call('SUPPRESS');
    await rig.agent();
    await rig.clock.advance(5000);
    expect(framework.offers).toHaveLength(1);
    expect(await framework.launch(framework.offer, taskFor(framework.offer, 'a'))).toBe(202);
    await framework.call('REVIVE');
    expect(framework.offers).toHaveLength(3);
  });

  it('do not change when a call names one role that is not subscribed', async () => {
    const rig = new Rig();
    const framework = await rig.framework({ roles: ['a', 'b'], capabilities: [{ type: 'MULTI_ROLE' }] });
    expect(await framework.call('SUPPRESS', { suppress: { roles: ['a', 'b', 'c'] } })).toBe(202);
    await rig.agent();
    expect(framework.offers).toHaveLength(1);
  });

  it('are not made of agents with GPUs for frameworks that cannot use them', async () => {
    const rig = new Rig();
    await rig.agent('cpus:1;mem:100;gpus:1');
    const plain = await rig.framework();
    expect(plain.offers).toHaveLength(0);
    const able = await rig.framework({ capabilities: [{ type: 'GPU_RESOURCES' }] });
    expect(able.offers).toHaveLength(1);
  });

  it('are not made of less than 0.01 cpus and 32 MiB', async () => {
    const rig = new Rig();
    await rig.agent('cpus:0.009;mem:31;ports:[31000-31010]');
    const framework = await rig.framework();
    expect(framework.offers).toHaveLength(0);
  });

  it('hold at least what the framework calls worth offering in a role', async () => {
    const rig = new Rig();
    await rig.agent('cpus:2;mem:512');
    await rig.agent('cpus:8;mem:512');
    const quantities = [{ quantities: { cpus: { value: 4 } } }];
    const framework = await rig.framework({
      role: 'big',
      offer_filters: { big: { min_allocatable_resources: { quantities } } },
    });
    expect(framework.offers.map(cpus)).toEqual([8]);
  });

  it('are rescinded after the offer timeout, where one is set', async () => {
    const rig = new Rig({ offerTimeoutMs: 10_000 });
    await rig.agent();
    const framework = await rig.framework();
    const { id } = framework.offer;
    await rig.clock.advance(10_000);
    expect(framework.of('RESCIND').map(({ rescind }) => rescind.offer_id)).toEqual([id]);
  });

  it('of one agent can be accepted together', async () => {
    const rig = new Rig();
    const agent = await rig.agent('cpus:4;mem:4096');
    const framework = await rig.framework();
    await framework.launch(
      framework.offer,
      taskFor(framework.offer, 'a', { resources: [scalar('cpus', 2), scalar('mem', 128)] }),
    );
    await framework.call('REVIVE');
    agent.update(framework, 'a', 'TASK_FINISHED');
    await rig.clock.advance(1000);
    const [, second, third] = framework.offers;
    if (second === undefined || third === undefined) throw new Error('expected three offers');
    await framework.accept(
      [second, third],
      [
        {
          type: 'LAUNCH',
          launch: { task_infos: [taskFor(second, 'b', { resources: [scalar('cpus', 4)] })] },
        },
      ],
    );
    expect(agent.messages('run-task').map(({ task }) => task.name)).toEqual(['a', 'b']);
  });

  it('are void all together when one of them is', async () => {
    const rig = new Rig();
    await rig.agent();
    await rig.agent();
    const framework = await rig.framework();
    const [first, second] = framework.offers;
    if (first === undefined || second === undefined) throw new Error('expected two offers');
    await framework.accept(
      [first, second],
      [{ type: 'LAUNCH', launch: { task_infos: [taskFor(first, 'a')] } }],
    );
    expect(framework.status).toMatchObject({
      state: 'TASK_LOST',
      reason: 'REASON_INVALID_OFFERS',
      source: 'SOURCE_MASTER',
    });
    expect(framework.status).not.toHaveProperty('uuid');
    expect(rig.core.context.offers.size).toBe(0);
    await rig.clock.advance(1000);
    expect(framework.offers).toHaveLength(4);
  });

  it('that are not valid make tasks of partition-aware frameworks TASK_DROPPED', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework({ capabilities: [{ type: 'PARTITION_AWARE' }] });
    const { offer } = framework;
    await framework.call('DECLINE', { decline: { offer_ids: [offer.id] } });
    await framework.launch(offer, taskFor(offer, 'a'));
    expect(framework.status).toMatchObject({ state: 'TASK_DROPPED', reason: 'REASON_INVALID_OFFERS' });
  });

  it('accepted without operations are declined', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework();
    await framework.accept([framework.offer], []);
    await rig.clock.advance(4000);
    expect(framework.offers).toHaveLength(1);
    await rig.clock.advance(2000);
    expect(framework.offers).toHaveLength(2);
  });

  describe('of agents on one machine that offer the same ports', () => {
    const resources = 'cpus:4;mem:4096;ports:[8080-8081]';
    const withPort = (offer: Offer, id: string, port: number): TaskInfo => ({
      ...taskFor(offer, id),
      resources: [
        ...taskFor(offer, id).resources,
        { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: port, end: port }] } },
      ],
    });
    const launch = (task: TaskInfo): Operation => ({ type: 'LAUNCH', launch: { task_infos: [task] } });
    const portsIn = (offer: Offer | undefined): unknown =>
      offer?.resources.find(({ name }) => name === 'ports')?.ranges?.range;

    it('leave out what a task of another agent has, until it ends', async () => {
      const rig = new Rig();
      const first = await rig.agent(resources, { machine: 'm' });
      const framework = await rig.framework();
      await framework.accept([framework.offer], [launch(withPort(framework.offer, 'a', 8080))], 3600);
      const second = await rig.agent(resources, { machine: 'm' });
      expect(framework.offer.agent_id.value).toBe(second.id);
      expect(portsIn(framework.offer)).toEqual([{ begin: 8081, end: 8081 }]);
      await framework.call('DECLINE', { decline: { offer_ids: [framework.offer.id] } });
      first.update(framework, 'a', 'TASK_FINISHED');
      await framework.call('REVIVE');
      const both = framework.offers.slice(-2);
      expect(both.map(portsIn)).toEqual([[{ begin: 8080, end: 8081 }], [{ begin: 8080, end: 8081 }]]);
    });

    it('do not give a port twice when both offers were out at once', async () => {
      const rig = new Rig();
      await rig.agent(resources, { machine: 'm' });
      await rig.agent(resources, { machine: 'm' });
      const framework = await rig.framework({ capabilities: [{ type: 'PARTITION_AWARE' }] });
      const [one, other] = framework.offers;
      if (one === undefined || other === undefined) throw new Error('two offers were expected');
      await framework.accept([one], [launch(withPort(one, 'a', 8080))]);
      await framework.accept(
        [other],
        [launch(withPort(other, 'b', 8080)), launch(withPort(other, 'c', 8081))],
      );
      expect(framework.statuses.map(({ task_id, state }) => [task_id.value, state])).toEqual([
        ['b', 'TASK_DROPPED'],
      ]);
      expect(framework.statuses[0]?.message).toContain('[8080-8080] were given to a task of another agent');
    });

    it('are independent when the agents are on machines of their own', async () => {
      const rig = new Rig();
      await rig.agent(resources, { machine: 'm' });
      const framework = await rig.framework();
      await framework.accept([framework.offer], [launch(withPort(framework.offer, 'a', 8080))]);
      await rig.agent(resources, { machine: 'n' });
      expect(portsIn(framework.offer)).toEqual([{ begin: 8080, end: 8081 }]);
    });
  });
});
