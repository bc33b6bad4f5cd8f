import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import type { TaskState, TaskStatus } from '../v1.ts';
import { StatusUpdates } from './status-updates.ts';

function rig() {
  const clock = new VirtualClock();
  const sent: { at: number; state: TaskState; latest: TaskState; uuid?: string }[] = [];
  const updates = new StatusUpdates(clock, (_frameworkId, { state, uuid }, latest) =>
    sent.push({ at: clock.now(), state, latest, uuid }),
  );
  const add = (state: TaskState, taskId = 't', frameworkId = 'F'): void =>
    updates.add(frameworkId, status(state, taskId));
  return { clock, sent, updates, add, times: () => sent.map(({ at }) => at / 1000) };
}

function status(state: TaskState, taskId = 't'): TaskStatus {
  return { task_id: { value: taskId }, state, uuid: `${taskId}/${state}` };
}

describe('status updates', () => {
  it('keep one update of a task in flight, and tell beside it what the newest is', () => {
    const { updates, add, sent } = rig();
    add('TASK_STARTING');
    add('TASK_RUNNING');
    expect(sent).toMatchObject([{ state: 'TASK_STARTING', latest: 'TASK_STARTING' }]);
    add('TASK_FINISHED');
    updates.acknowledge('F', 't', 't/TASK_STARTING');
    expect(sent.at(-1)).toMatchObject({ state: 'TASK_RUNNING', latest: 'TASK_FINISHED' });
    expect(updates.acknowledge('F', 't', 't/TASK_RUNNING')?.ended).toBe(false);
    expect(updates.acknowledge('F', 't', 't/TASK_FINISHED')?.ended).toBe(true);
  });

  it('are repeated after 10 s, 20 s and so on up to every 10 minutes, with the same uuid', async () => {
    const { clock, add, sent, times } = rig();
    add('TASK_RUNNING');
    await clock.advance(3_000_000);
    expect(times()).toEqual([0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430]);
    expect(new Set(sent.map(({ uuid }) => uuid)).size).toBe(1);
  });

  it('are repeated no more once acknowledged, and never by a foreign acknowledgement', async () => {
    const { clock, updates, add, times } = rig();
    add('TASK_RUNNING');
    expect(updates.acknowledge('F', 't', 'other')).toBeUndefined();
    expect(updates.acknowledge('F', 'unknown', 't/TASK_RUNNING')).toBeUndefined();
    await clock.advance(10_000);
    updates.acknowledge('F', 't', 't/TASK_RUNNING');
    await clock.advance(1_000_000);
    expect(times()).toEqual([0, 10]);
  });

  it('go out again at once to a framework that subscribes, and only to that one', async () => {
    const { clock, updates, add, sent } = rig();
    add('TASK_RUNNING', 'a', 'F');
    add('TASK_RUNNING', 'b', 'G');
    await clock.advance(5000);
    updates.resend('F');
    expect(sent.map(({ at, uuid }) => [at, uuid])).toEqual([
      [0, 'a/TASK_RUNNING'],
      [0, 'b/TASK_RUNNING'],
      [5000, 'a/TASK_RUNNING'],
    ]);
  });

  it('after the terminal one are dropped', () => {
    const { updates, add, sent } = rig();
    add('TASK_FAILED');
    add('TASK_RUNNING');
    updates.acknowledge('F', 't', 't/TASK_FAILED');
    expect(sent).toHaveLength(1);
  });
});
