import { describe, expect, it } from 'vitest';
import type { Resource } from '../v1.ts';
import type { Operation } from '../wire/scheduler-call.ts';
import { type FakeAgent, Rig, scalar, taskFor } from './testing/rig.ts';

const reserved = (cpus: number, role = 'prod'): Resource => ({
  ...scalar('cpus', cpus),
  role,
  reservation: {},
});

const volume = (id: string): Resource => ({
  ...scalar('disk', 100),
  role: 'prod',
  reservation: {},
  disk: { persistence: { id }, volume: { mode: 'RW', container_path: 'data' } },
});

/** Ids of the volumes that the agent was told of last. */
function volumesOf(agent: FakeAgent): readonly string[] {
  const told = agent.messages('checkpoint-resources').at(-1)?.resources ?? [];
  return told.flatMap(({ disk }) => disk?.persistence?.id ?? []);
}

describe('RESERVE', () => {
  it('makes resources that only the role gets, at once usable and kept over a restart of the agent', async () => {
    const rig = new Rig();
    const agent = await rig.agent('cpus:4;mem:1024');
    const prod = await rig.framework({ role: 'prod' });
    const task = taskFor(prod.offer, 'a', { resources: [reserved(1), scalar('mem', 32)] });
    await prod.accept(
      [prod.offer],
      [
        { type: 'RESERVE', reserve: { resources: [reserved(2)] } },
        { type: 'LAUNCH', launch: { task_infos: [task] } },
      ],
    );
    expect(agent.messages('run-task')).toHaveLength(1);
    await rig.clock.advance(1000);
    expect(prod.offer.resources).toContainEqual({
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 1 },
      role: 'prod',
      reservation: {},
    });
    const dev = await rig.framework({ role: 'dev' });
    await prod.call('TEARDOWN');
    await rig.clock.advance(1000);
    expect(dev.offers.flatMap(({ resources }) => resources).every(({ role }) => role === '*')).toBe(true);
    agent.hangUp();
    await rig.settle();
    agent.register();
    await rig.failOver();
    agent.register();
    await rig.settle();
    const account = rig.core.context.agents.get(agent.id);
    expect(String(account?.total)).toContain('cpus(prod):2');
  });

  it.each([
    ['for another role', reserved(1, 'dev')],
    ['of more than is offered', reserved(100)],
    ['without a reservation', scalar('cpus', 1)],
  ])('%s is refused and said so to whom gave it an id', async (_, resource) => {
    const rig = new Rig();
    await rig.agent();
    const prod = await rig.framework({ role: 'prod' });
    await prod.accept(
      [prod.offer],
      [{ type: 'RESERVE', id: { value: 'op' }, reserve: { resources: [resource] } }],
    );
    expect(
      prod.of('UPDATE_OPERATION_STATUS').map(({ update_operation_status }) => update_operation_status.status),
    ).toMatchObject([
      { operation_id: { value: 'op' }, state: 'OPERATION_ERROR', message: expect.any(String) },
    ]);
    expect(String([...rig.core.context.agents.values()][0]?.total)).not.toContain('(');
  });
});

describe('CREATE and DESTROY', () => {
  const reserve: Operation = {
    type: 'RESERVE',
    reserve: { resources: [{ ...scalar('disk', 200), role: 'prod', reservation: {} }] },
  };

  it.each([
    ['the same id twice', 'v'],
    ['an id that leads elsewhere', '../v'],
  ])('refuse %s', async (_, id) => {
    const rig = new Rig();
    const agent = await rig.agent();
    const prod = await rig.framework({ role: 'prod' });
    await prod.accept(
      [prod.offer],
      [
        reserve,
        { type: 'CREATE', create: { volumes: [volume('v')] } },
        { type: 'CREATE', id: { value: 'op' }, create: { volumes: [volume(id)] } },
      ],
    );
    const statuses = prod.of('UPDATE_OPERATION_STATUS');
    expect(statuses[0]?.update_operation_status.status).toMatchObject({
      state: 'OPERATION_ERROR',
      message: expect.stringMatching(/Persistence ID/),
    });
    expect(volumesOf(agent)).toEqual(['v']);
  });

  it('tell the agent what it has from now on, and again when it registers', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const prod = await rig.framework({ role: 'prod' });
    await prod.accept([prod.offer], [reserve, { type: 'CREATE', create: { volumes: [volume('v')] } }]);
    expect(volumesOf(agent)).toEqual(['v']);
    agent.hangUp();
    await rig.settle();
    agent.register();
    await rig.settle();
    expect(volumesOf(agent)).toEqual(['v']);
    await rig.clock.advance(10_000);
    await prod.accept([prod.offer], [{ type: 'DESTROY', destroy: { volumes: [volume('v')] } }]);
    expect(volumesOf(agent)).toEqual([]);
  });

  it('make a persistent volume of reserved disk, and disk of the volume', async () => {
    const rig = new Rig();
    await rig.agent();
    const prod = await rig.framework({ role: 'prod' });
    await prod.accept(
      [prod.offer],
      [
        {
          type: 'RESERVE',
          reserve: { resources: [{ ...scalar('disk', 100), role: 'prod', reservation: {} }] },
        },
        { type: 'CREATE', create: { volumes: [volume('v')] } },
      ],
    );
    await rig.clock.advance(1000);
    expect(prod.offer.resources).toContainEqual(volume('v'));
    await prod.accept([prod.offer], [{ type: 'DESTROY', destroy: { volumes: [volume('v')] } }]);
    await rig.clock.advance(1000);
    expect(prod.offer.resources).toContainEqual({ ...scalar('disk', 100), role: 'prod', reservation: {} });
  });
});
