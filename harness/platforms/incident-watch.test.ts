import { expect, test, vi } from 'vitest';
import { IncidentWatch } from './incident-watch.ts';
import type { MarathonClient } from './marathon-client.ts';
import type { MarathonEvent } from './marathon-wire.ts';

const died = (taskId: string): MarathonEvent => ({
  eventType: 'status_update_event',
  timestamp: '2026-11-25T12:00:00.000Z',
  appId: '/staging/shop/orders',
  taskId,
  taskStatus: 'TASK_FAILED',
  message: 'Command terminated with signal Killed',
});

test('a task that somebody ended on purpose is no incident, the death of another one is', async () => {
  let go = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    go = resolve;
  });
  async function* events(signal: AbortSignal): AsyncGenerator<MarathonEvent> {
    await begun;
    yield died('orders.asked');
    yield died('orders.unasked');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  const marathon: Pick<MarathonClient, 'events'> = { events: async (signal) => events(signal) };
  using watch = await IncidentWatch.open(marathon);
  watch.expectEnd('orders.asked');
  go();
  await vi.waitFor(() => expect(watch.since(0)).toHaveLength(1));
  expect(watch.since(0)).toMatchObject([{ taskId: 'orders.unasked', what: 'died', service: 'orders' }]);
});
