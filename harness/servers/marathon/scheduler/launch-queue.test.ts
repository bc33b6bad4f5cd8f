import { expect, test } from 'vitest';
import { type Clock, systemClock, VirtualClock } from '../../../plumbing/clock.ts';
import type { AppDefinition } from '../definition/index.ts';
import { parsed } from '../testing/parsed.ts';
import { type Instance, scheduleInstance } from '../tracker/instance.ts';
import { LaunchQueue } from './launch-queue.ts';

const plain = parsed({ id: '/crash', cmd: 'exit 1' });

/** An instance whose task has failed, and which waits for the next one. */
function failOnce(queue: LaunchQueue, app: AppDefinition, clock: Clock): Instance {
  const waiting = scheduleInstance(app, 'u', clock.monotonic());
  const failed: Instance = { ...waiting, condition: 'Failed', taskId: 't' };
  const status = { task_id: { value: 't' }, state: 'TASK_FAILED' } as const;
  queue.onInstanceChange({ before: waiting, after: failed, status });
  queue.onInstanceChange({ before: failed, after: waiting });
  return waiting;
}

test('on the real clock, every app is launchable when its delay, a fraction of a millisecond included, is over', async () => {
  const apps = Array.from({ length: 200 }, (_, index) => ({
    ...plain,
    id: `/crash-${index}`,
    // A role of its own: the demand of one app must not find another one launchable.
    role: `role-${index}`,
    backoffSeconds: 0.001 * 1.15 ** (index % 25),
  }));
  const awaited = new Set(apps.map(({ id }) => id));
  const { promise, resolve } = Promise.withResolvers<void>();
  const queue = new LaunchQueue(systemClock, (role) => {
    for (const { appId } of queue.launchable(role)) awaited.delete(appId);
    if (awaited.size === 0) resolve();
  });
  for (const app of apps) failOnce(queue, app, systemClock);
  await promise;
  expect(queue.list()).toHaveLength(200);
});

test('a delay that grew while its alarm was set is waited for as well', async () => {
  const clock = new VirtualClock();
  const demands: number[] = [];
  const queue = new LaunchQueue(clock, () => demands.push(clock.monotonic()));
  const app = { ...plain, backoffSeconds: 10, backoffFactor: 2 };
  const waiting = failOnce(queue, app, clock);
  await clock.advance(5_000);
  // Another instance of the app ends for good: it grows the delay and does not wait itself.
  const other: Instance = { ...waiting, instanceId: 'other', condition: 'Failed', goal: 'Decommissioned' };
  const status = { task_id: { value: 'o' }, state: 'TASK_FAILED' } as const;
  queue.onInstanceChange({ before: waiting, after: other, status });
  await clock.advance(60_000);
  expect(demands).toEqual([25_000]);
});

test('setting the wall clock back changes no delay', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const queue = new LaunchQueue(clock, () => {});
  const { app } = failOnce(queue, { ...plain, backoffSeconds: 10 }, clock);
  clock.jumpWall(-3_600_000);
  expect(queue.timeLeftMs(app)).toBe(10_000);
  await clock.advance(10_000);
  expect(queue.wants('*')).toBe(true);
});
