import { expect, test } from 'vitest';
import { every, systemClock, VirtualClock } from './clock.ts';

test('timers fire in order of due time, and of arming when due together', async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  clock.after(20, () => fired.push('late'));
  clock.after(10, () => fired.push('first'));
  clock.after(10, () => fired.push('second'));
  await clock.advance(20);
  expect(fired).toEqual(['first', 'second', 'late']);
});

test('a timer sees the clock at its due time, and advance ends exactly where it was told to', async () => {
  const clock = new VirtualClock(1_000);
  const seen: number[] = [];
  clock.after(7, () => seen.push(clock.now()));
  await clock.advance(50);
  expect(seen).toEqual([1_007]);
  expect(clock.now()).toBe(1_050);
});

test('a timer armed by a timer fires within the same advance when it is due', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  clock.after(5, () => clock.after(5, () => seen.push(clock.now())));
  await clock.advance(10);
  expect(seen).toEqual([10]);
});

test('a promise chain started by a timer settles before the next timer fires', async () => {
  const clock = new VirtualClock();
  const order: string[] = [];
  clock.after(1, () => void Promise.resolve().then(() => order.push('settled')));
  clock.after(2, () => order.push('next'));
  await clock.advance(2);
  expect(order).toEqual(['settled', 'next']);
});

test('a cancelled timer does not fire', async () => {
  const clock = new VirtualClock();
  let fired = false;
  const timer = clock.after(1, () => {
    fired = true;
  });
  timer.cancel();
  await clock.advance(10);
  expect(fired).toBe(false);
});

test('a repeated call keeps its interval and stops when its own callback cancels it', async () => {
  const clock = new VirtualClock();
  const calls: number[] = [];
  const timer = every(clock, 10, () => {
    calls.push(clock.now());
    if (calls.length === 3) timer.cancel();
  });
  await clock.advance(100);
  expect(calls).toEqual([10, 20, 30]);
});

test('a virtual timer fires on the next whole millisecond and never before its delay has passed', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  await clock.advance(0.4);
  for (const delayMs of [0, 1.2, 2]) clock.after(delayMs, () => seen.push(clock.monotonic()));
  await clock.advance(10);
  expect(seen).toEqual([1, 2, 3]);
});

test('setting the wall clock moves neither the monotonic reading nor a timer', async () => {
  const clock = new VirtualClock(1_000_000);
  let fired = false;
  clock.after(100, () => {
    fired = true;
  });
  clock.jumpWall(-30_000);
  expect([clock.now(), clock.monotonic()]).toEqual([970_000, 1_000_000]);
  await clock.advance(99);
  expect(fired).toBe(false);
  await clock.advance(1);
  expect(fired).toBe(true);
});

test('a timer of the system clock never fires before its delay has passed, fractions included', async () => {
  const delays = Array.from({ length: 300 }, (_, index) => index / 7);
  const early = await Promise.all(
    delays.map(async (delayMs) => {
      const armedAt = systemClock.monotonic();
      await new Promise<void>((resolve) => systemClock.after(delayMs, resolve));
      return delayMs - (systemClock.monotonic() - armedAt);
    }),
  );
  expect(early.filter((ms) => ms > 0)).toEqual([]);
});

test('the monotonic reading of the system clock agrees with the wall clock, which nobody sets during a test', () => {
  expect(Math.abs(systemClock.monotonic() - systemClock.now())).toBeLessThan(1_000);
});

test('a cancelled timer of the system clock does not fire, and one beyond what Node can wait does not fire at once', async () => {
  let fired = 0;
  const cancelled = systemClock.after(2, () => fired++);
  const distant = systemClock.after(2 ** 31, () => fired++);
  cancelled.cancel();
  await new Promise<void>((resolve) => systemClock.after(10, resolve));
  distant.cancel();
  expect(fired).toBe(0);
});
