import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../plumbing/clock.ts';
import type { MasterMessage } from './link.ts';
import { createLinkPair } from './link-pair.ts';

function rig() {
  const clock = new VirtualClock();
  const pair = createLinkPair(clock);
  const arrived: (number | 'closed')[] = [];
  const agentSaw: string[] = [];
  pair.masterEnd.listen({
    onMessage: (message) => arrived.push(message.kind === 'executor-exited' ? message.status : -1),
    onClose: () => arrived.push('closed'),
  });
  pair.agentEnd.listen({
    onMessage: (message: MasterMessage) => agentSaw.push(message.kind),
    onClose: () => agentSaw.push('closed'),
  });
  const send = (status: number): void =>
    pair.agentEnd.send({ kind: 'executor-exited', frameworkId: 'F', executorId: 'E', status });
  return { clock, pair, arrived, agentSaw, send };
}

describe('the wire between a master and an agent', () => {
  it('hands messages over in order, never within the call that sends them', async () => {
    const { clock, arrived, send } = rig();
    send(1);
    send(2);
    expect(arrived).toEqual([]);
    await clock.advance(0);
    expect(arrived).toEqual([1, 2]);
  });

  it('keeps what is sent before anyone listens', async () => {
    const pair = createLinkPair(new VirtualClock());
    pair.agentEnd.send({ kind: 'pong' });
    await Promise.resolve();
    const heard = await new Promise((resolve) =>
      pair.masterEnd.listen({ onMessage: resolve, onClose: () => resolve('closed') }),
    );
    expect(heard).toEqual({ kind: 'pong' });
  });

  it('tells both ends once when either closes, after what was sent before', async () => {
    const { clock, pair, arrived, agentSaw, send } = rig();
    send(1);
    pair.agentEnd.close();
    pair.agentEnd.close();
    send(2);
    await clock.advance(0);
    expect(arrived).toEqual([1, 'closed']);
    expect(agentSaw).toEqual(['closed']);
  });

  it('delays while slow, and still keeps the order when the slowness ends', async () => {
    const { clock, pair, arrived, send } = rig();
    pair.setCondition({ kind: 'slow', delayMs: 100 });
    send(1);
    send(2);
    await clock.advance(99);
    expect(arrived).toEqual([]);
    pair.setCondition({ kind: 'sound' });
    send(3);
    await clock.advance(1);
    expect(arrived).toEqual([1, 2, 3]);
  });

  it('loses messages while it is cut', async () => {
    const { clock, pair, arrived, send } = rig();
    pair.setCondition({ kind: 'cut' });
    send(1);
    await clock.advance(1000);
    pair.setCondition({ kind: 'sound' });
    send(2);
    await clock.advance(0);
    expect(arrived).toEqual([2]);
  });

  it('tells of an end that closed while it was cut only when it heals', async () => {
    const { clock, pair, agentSaw } = rig();
    pair.setCondition({ kind: 'cut' });
    pair.masterEnd.close();
    await clock.advance(1000);
    expect(agentSaw).toEqual([]);
    pair.setCondition({ kind: 'sound' });
    await clock.advance(0);
    expect(agentSaw).toEqual(['closed']);
  });
});
