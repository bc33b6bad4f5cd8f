import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import { pause } from './pause.ts';

test('a pause is over when its time has passed on the clock', async () => {
  const clock = new VirtualClock();
  let isOver = false;
  const paused = pause(clock, 1_000, new AbortController().signal).then(() => {
    isOver = true;
  });
  await clock.advance(999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await paused;
});

test('a pause ends with the reason of the signal, also of one that has aborted before', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const paused = pause(clock, 1_000, controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(paused).rejects.toBe(reason);
  await expect(pause(clock, 1_000, controller.signal)).rejects.toBe(reason);
});
