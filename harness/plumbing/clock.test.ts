import { expect, test } from 'vitest';
import { every, VirtualClock } from './clock.ts';

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
