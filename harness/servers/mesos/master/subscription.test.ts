import { describe, expect, it } from 'vitest';
import { Rig, taskFor } from './testing/rig.ts';

describe('a subscription', () => {
  it('starts with SUBSCRIBED and a HEARTBEAT, and beats every fifteen seconds', async () => {
    const rig = new Rig();
    const framework = await rig.framework();
    expect(framework.events.map(({ type }) => type)).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
    expect(framework.of('SUBSCRIBED')[0]?.subscribed).toMatchObject({
      heartbeat_interval_seconds: 15,
      master_info: { ip: 16777343, port: 5050, pid: 'master@127.0.0.1:5050', hostname: '127.0.0.1' },
    });
    await rig.clock.advance(45_000);
    expect(framework.of('HEARTBEAT')).toHaveLength(4);
  });

  it('numbers frameworks, agents and offers after the master', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    await rig.framework();
    const second = await rig.framework();
    const { id } = rig.core.context;
    expect(second.id).toBe(`${id}-0001`);
    expect(agent.id).toBe(`${id}-S0`);
    await rig.agent();
    expect([...rig.core.context.offers.keys()]).toEqual([`${id}-O0`, `${id}-O1`]);
  });

  const multiRole = [{ type: 'MULTI_ROLE' }];
  it.each([
    ['roles without MULTI_ROLE', { roles: ['a'] }, "'FrameworkInfo.roles' must not be set"],
    ['role with MULTI_ROLE', { role: 'a', capabilities: multiRole }, "'FrameworkInfo.role' must not be set"],
    ['a duplicate role', { roles: ['a', 'a'], capabilities: multiRole }, 'contains duplicate items: { a }'],
    ['an empty component', { role: 'a//b' }, 'two adjacent slashes'],
    ['a leading slash', { role: '/a' }, 'start with a slash'],
    ['a trailing slash', { role: 'a/' }, 'end with a slash'],
    ['an empty role', { role: '' }, 'cannot be the empty string'],
    ['a dot', { role: 'a/./b' }, "'.' as a component"],
    ['two dots', { role: '..' }, "'..' as a component"],
    ['a star below', { role: 'a/*' }, "'*' as a component"],
    ['a dash', { role: '-a' }, 'starts with a dash'],
    ['whitespace', { role: 'a b' }, 'whitespace'],
    ['DEL', { role: 'a\x7f' }, 'backspace'],
    ['an endless failover timeout', { failover_timeout: Number.POSITIVE_INFINITY }, 'failover_timeout (inf'],
    ['a failover timeout out of range', { failover_timeout: 1e18 }, 'failover_timeout'],
  ])('with %s is refused by an ERROR that ends the stream', async (_, info, message) => {
    const rig = new Rig();
    const framework = await rig.framework(info);
    expect(framework.events).toEqual([
      { type: 'ERROR', error: { message: expect.stringContaining(message.replace('(inf', '(Inf')) } },
    ]);
    expect(framework.closed).toBe(true);
    expect(rig.core.context.frameworks.size).toBe(0);
  });

  it('that suppresses a role of others is refused', async () => {
    const framework = await new Rig().framework({ role: 'a' }, ['b']);
    expect(framework.of('ERROR')[0]?.error.message).toBe(
      'Suppressed roles { b } are not contained in the set of roles',
    );
  });

  it('of root is refused where root may not run frameworks', async () => {
    const framework = await new Rig({ rootSubmissions: false }).framework({ user: 'root' });
    expect(framework.of('ERROR')[0]?.error.message).toContain('--root_submissions');
  });

  it('in suppressed roles gets no offers', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework({}, ['*']);
    await rig.clock.advance(2000);
    expect(framework.offers).toHaveLength(0);
  });
});

describe('a subscription with a known id', () => {
  it('takes over: the old stream ends with ERROR, offers are void without RESCIND, tasks go on', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const old = await rig.framework({ failover_timeout: 60 });
    await old.launch(old.offer, taskFor(old.offer, 'a'));
    await old.call('REVIVE');
    const heldOffers = old.offers.length;
    const next = await rig.framework({ id: { value: old.id }, failover_timeout: 60 });
    expect(old.events.at(-1)).toEqual({ type: 'ERROR', error: { message: 'Framework failed over' } });
    expect(old.closed).toBe(true);
    expect(old.of('RESCIND')).toHaveLength(0);
    expect(old.statuses).toHaveLength(0);
    expect(next.events.slice(0, 2).map(({ type }) => type)).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
    expect(next.id).toBe(old.id);
    expect(heldOffers).toBeGreaterThan(1);
    expect(next.offers).toHaveLength(1);
    expect(agent.messages('framework-updated')).toHaveLength(1);
    expect(await old.call('REVIVE')).toBe(400);
    await next.call('RECONCILE', { reconcile: {} });
    expect(next.status).toMatchObject({ task_id: { value: 'a' }, state: 'TASK_STAGING' });
  });

  it('of a framework that was removed is refused', async () => {
    const rig = new Rig();
    const framework = await rig.framework();
    await framework.call('TEARDOWN');
    const next = await rig.framework({ id: { value: framework.id } });
    expect(next.of('ERROR')[0]?.error.message).toBe('Framework has been removed');
  });

  it('that the master never saw is taken over as it is', async () => {
    const framework = await new Rig().framework({ id: { value: 'mine' } });
    expect(framework.of('SUBSCRIBED')[0]?.subscribed.framework_id.value).toBe('mine');
  });

  it('keeps user and checkpoint silently, and refuses another principal', async () => {
    const rig = new Rig();
    const framework = await rig.framework({ user: 'a', checkpoint: true, principal: 'p' });
    const id = { value: framework.id };
    const other = await rig.framework({ id, principal: 'q' });
    expect(other.of('ERROR')[0]?.error.message).toBe("Changing framework's principal is not allowed.");
    await rig.framework({ id, user: 'b', checkpoint: false, principal: 'p' });
    expect(rig.core.context.frameworks.get(framework.id)?.info).toMatchObject({
      user: 'a',
      checkpoint: true,
    });
  });

  it('keeps filters when it takes over, not after a disconnect', async () => {
    const rig = new Rig();
    await rig.agent();
    const first = await rig.framework({ failover_timeout: 60 });
    await first.call('DECLINE', {
      decline: { offer_ids: [first.offer.id], filters: { refuse_seconds: 1000 } },
    });
    const second = await rig.framework({ id: { value: first.id }, failover_timeout: 60 });
    await rig.clock.advance(2000);
    expect(second.offers).toHaveLength(0);
    await second.disconnect();
    const third = await rig.framework({ id: { value: first.id }, failover_timeout: 60 });
    expect(third.offers).toHaveLength(1);
  });
});

describe('a broken stream', () => {
  it('returns the offers, and answers calls 403 until the failover timeout removes the framework', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework({ failover_timeout: 60 });
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    await framework.disconnect();
    expect(rig.core.context.offers.size).toBe(0);
    expect(await framework.call('REVIVE')).toBe(403);
    await rig.clock.advance(59_000);
    expect(agent.messages('shutdown-framework')).toHaveLength(0);
    await rig.clock.advance(2000);
    expect(agent.messages('shutdown-framework')).toHaveLength(1);
    expect(await framework.call('REVIVE')).toBe(400);
    const gone = rig.core.context.completedFrameworks.get(framework.id);
    expect([...(gone?.completedTasks.values() ?? [])][0]).toMatchObject({ id: 'a', state: 'TASK_KILLED' });
  });

  it('removes a framework without failover timeout at once', async () => {
    const rig = new Rig();
    const framework = await rig.framework();
    await framework.disconnect();
    expect(rig.core.context.frameworks.size).toBe(0);
  });

  it('is forgiven by a subscription in time', async () => {
    const rig = new Rig();
    const framework = await rig.framework({ failover_timeout: 60 });
    await framework.disconnect();
    await rig.clock.advance(30_000);
    const next = await rig.framework({ id: { value: framework.id }, failover_timeout: 60 });
    await rig.clock.advance(60_000);
    expect(await next.call('REVIVE')).toBe(202);
  });
});

describe('TEARDOWN', () => {
  it('ends the stream without an UPDATE, and shuts the framework down on agents', async () => {
    const rig = new Rig();
    const agent = await rig.agent();
    const framework = await rig.framework();
    await framework.launch(framework.offer, taskFor(framework.offer, 'a'));
    expect(await framework.call('TEARDOWN')).toBe(202);
    expect(framework.closed).toBe(true);
    expect(framework.statuses).toHaveLength(0);
    expect(agent.messages('shutdown-framework')).toEqual([
      { kind: 'shutdown-framework', frameworkId: framework.id },
    ]);
    const other = await rig.framework();
    expect(other.offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(4);
  });
});

describe('UPDATE_FRAMEWORK', () => {
  const capabilities = [{ type: 'MULTI_ROLE' }];

  it('changes name and roles, and rescinds the offers of roles that were left', async () => {
    const rig = new Rig();
    await rig.agent();
    const framework = await rig.framework({ roles: ['a'], capabilities });
    const info = { id: { value: framework.id }, user: 'nobody', name: 'renamed', roles: ['b'], capabilities };
    expect(await framework.call('UPDATE_FRAMEWORK', { update_framework: { framework_info: info } })).toBe(
      200,
    );
    expect(framework.of('RESCIND')).toHaveLength(1);
    expect(framework.offer.allocation_info?.role).toBe('b');
    expect(rig.core.context.frameworks.get(framework.id)?.info.name).toBe('renamed');
  });

  it.each([
    ['user', { user: 'other' }],
    ['checkpoint', { checkpoint: true }],
    ['principal', { principal: 'other' }],
  ])('refuses another %s', async (_, change) => {
    const rig = new Rig();
    const framework = await rig.framework({ roles: ['a'], capabilities });
    const info = {
      id: { value: framework.id },
      user: 'nobody',
      name: 'test',
      roles: ['a'],
      capabilities,
      ...change,
    };
    expect(await framework.call('UPDATE_FRAMEWORK', { update_framework: { framework_info: info } })).toBe(
      400,
    );
  });
});
