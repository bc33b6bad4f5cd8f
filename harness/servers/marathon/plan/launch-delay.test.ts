import { describe, expect, it } from 'vitest';
import { parseApp } from '../definition/index.ts';
import { afterLaunch, afterTaskEnded, isForgotten, type LaunchDelay, timeLeftMs } from './index.ts';

const parsed = parseApp(
  { id: '/a', cmd: 'sleep 1', backoffSeconds: 2, backoffFactor: 3, maxLaunchDelaySeconds: 15 },
  { now: '2026-01-01T00:00:00.000Z' },
);
if (parsed.kind === 'refused') throw new Error('refused');
const app = parsed.value;

describe('the launch delay', () => {
  it('begins with the backoff, grows by the factor and stops at the longest', () => {
    let delay: LaunchDelay | undefined;
    const delays = [0, 1, 2, 3].map((failure) => {
      delay = afterTaskEnded(app, delay, 'Failed', failure * 1000);
      return [delay?.delayMs, delay?.until];
    });
    expect(delays).toEqual([
      [2000, 2000],
      [6000, 7000],
      [15_000, 17_000],
      [15_000, 18_000],
    ]);
  });

  it.each(['Failed', 'Finished', 'Error', 'Gone', 'Dropped'] as const)(
    'counts a task that ended %s',
    (condition) => {
      expect(afterTaskEnded(app, undefined, condition, 0)).toBeDefined();
    },
  );

  it('does not count a kill', () => {
    expect(afterTaskEnded(app, undefined, 'Killed', 0)).toBeUndefined();
  });

  it('is forgotten when nothing touched it for as long as the longest delay', () => {
    const failed = afterTaskEnded(app, undefined, 'Failed', 0);
    const launched = afterLaunch(failed, 10_000);
    if (failed === undefined || launched === undefined) throw new Error('no delay');
    expect([isForgotten(app, failed, 17_000), isForgotten(app, failed, 17_001)]).toEqual([false, true]);
    expect([isForgotten(app, launched, 25_000), isForgotten(app, launched, 25_001)]).toEqual([false, true]);
    expect([timeLeftMs(failed, 500), timeLeftMs(failed, 3000), timeLeftMs(undefined, 0)]).toEqual([
      1500, 0, 0,
    ]);
  });

  it('stays as long as it can be when a task fails again right after the longest delay', () => {
    let delay = afterTaskEnded({ ...app, backoffSeconds: 15 }, undefined, 'Failed', 0);
    if (delay === undefined) throw new Error('no delay');
    expect(isForgotten(app, delay, 15_010)).toBe(false);
    delay = afterTaskEnded(app, afterLaunch(delay, 15_010), 'Failed', 15_500);
    expect(delay?.delayMs).toBe(15_000);
  });
});
