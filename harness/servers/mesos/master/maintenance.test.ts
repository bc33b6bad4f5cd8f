import { describe, expect, it } from 'vitest';
import type { OperatorCall } from '../wire/operator-call.ts';
import { receiveOperatorCall } from './operator/calls.ts';
import { Rig, taskFor } from './testing/rig.ts';

describe('maintenance', () => {
  it('asks frameworks to leave by inverse offers, shows their answers, and asks again after the filter', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const tenant = await rig.framework();
    await tenant.launch(tenant.offer, taskFor(tenant.offer, 'a'));
    const stranger = await rig.framework();
    const unavailability = { start: { nanoseconds: 5 } };
    const schedule = { windows: [{ machine_ids: [{ hostname: 'host' }], unavailability }] };
    const update: OperatorCall = {
      type: 'UPDATE_MAINTENANCE_SCHEDULE',
      update_maintenance_schedule: { schedule },
    };
    receiveOperatorCall(rig.core.context, update);
    await rig.clock.advance(3000);
    const asked = () =>
      tenant.of('INVERSE_OFFERS').flatMap(({ inverse_offers }) => inverse_offers.inverse_offers);
    expect(asked()).toMatchObject([
      { agent_id: { value: agent.id }, framework_id: { value: tenant.id }, unavailability },
    ]);
    expect(stranger.of('INVERSE_OFFERS')).toHaveLength(0);
    const inverse_offer_ids = asked().map(({ id }) => id);
    await tenant.call('ACCEPT_INVERSE_OFFERS', { accept_inverse_offers: { inverse_offer_ids } });
    expect(receiveOperatorCall(rig.core.context, { type: 'GET_MAINTENANCE_STATUS' })).toMatchObject({
      reply: {
        status: {
          draining_machines: [{ statuses: [{ status: 'ACCEPT', framework_id: { value: tenant.id } }] }],
        },
      },
    });
    await rig.clock.advance(4000);
    expect(asked()).toHaveLength(1);
    await rig.clock.advance(2000);
    expect(asked()).toHaveLength(2);
    receiveOperatorCall(rig.core.context, { ...update, update_maintenance_schedule: { schedule: {} } });
    await rig.clock.advance(2000);
    expect(tenant.of('RESCIND_INVERSE_OFFER')).toHaveLength(1);
  });

  it('shows in offers, removes agents while their machine is down, and lets them back after', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    const machine = { hostname: 'host' };
    const unavailability = { start: { nanoseconds: 5 }, duration: { nanoseconds: 6 } };
    const schedule = { windows: [{ machine_ids: [machine], unavailability }] };
    const change = (call: Parameters<typeof receiveOperatorCall>[1]) =>
      receiveOperatorCall(rig.core.context, call);
    change({ type: 'UPDATE_MAINTENANCE_SCHEDULE', update_maintenance_schedule: { schedule } });
    await rig.settle();
    expect(framework.offer.unavailability).toEqual(unavailability);
    const machines = { machines: [machine] };
    expect(change({ type: 'STOP_MAINTENANCE', stop_maintenance: machines })).toMatchObject({ status: 400 });
    expect(change({ type: 'START_MAINTENANCE', start_maintenance: machines })).toEqual({ status: 200 });
    await rig.settle();
    expect(framework.of('FAILURE')).toHaveLength(1);
    agent.id = '';
    agent.register();
    await rig.settle();
    expect(rig.core.context.agents.size).toBe(0);
    expect(change({ type: 'STOP_MAINTENANCE', stop_maintenance: machines })).toEqual({ status: 200 });
    agent.register();
    await rig.settle();
    expect(rig.core.context.agents.size).toBe(1);
  });
});
