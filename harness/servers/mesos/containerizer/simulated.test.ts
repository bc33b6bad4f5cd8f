import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { startAgent } from '../agent/index.ts';
import { commandTask, StandInMaster } from '../agent/stand-in-master.ts';
import type { Simulation } from './simulated.ts';

/** When each task of a simulated agent did what, in milliseconds. */
async function history(simulation: Simulation, taskIds: readonly string[]): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const master = new StandInMaster();
  const starting = startAgent({
    master,
    resources: 'cpus:1000;mem:100000',
    workDir: '/nonexistent',
    runtime: 'simulated',
    simulation,
    clock,
  });
  await clock.advance(0);
  await using _agent = await starting;
  for (const id of taskIds) {
    const check = {
      type: 'TCP',
      tcp: { port: 1 },
      delay_seconds: 1,
      interval_seconds: 1,
      grace_period_seconds: 0,
    } as const;
    master.run(commandTask(id, 'true', { health_check: check }));
  }
  await clock.advance(120_000);
  return master
    .updates()
    .map(
      ({ status }) =>
        `${Math.round((status.timestamp ?? 0) * 1000)} ${status.task_id.value} ${status.state} ${status.healthy ?? ''}`,
    )
    .sort();
}

describe('simulated tasks', () => {
  const ids = Array.from({ length: 200 }, (_, index) => `task-${index}`);
  const simulation: Simulation = {
    seed: 7,
    startMs: { min: 10, max: 500 },
    runMs: { min: 1000, max: 60_000 },
    stopMs: { min: 0, max: 100 },
    failureRate: 0.25,
    unhealthyRate: 0.1,
  };

  it('behave the same for a seed, in whatever order they are launched, and differently for another', async () => {
    const first = await history(simulation, ids);
    expect(await history(simulation, ids.toReversed())).toEqual(first);
    expect(await history({ ...simulation, seed: 8 }, ids)).not.toEqual(first);
  });

  it('fail and sicken as often as asked', async () => {
    const states = await history(simulation, ids);
    const count = (text: string): number => states.filter((line) => line.includes(text)).length;
    expect(count('TASK_FAILED') / 200).toBeGreaterThan(0.15);
    expect(count('TASK_FAILED') / 200).toBeLessThan(0.33);
    expect(count('TASK_KILLED false')).toBeGreaterThan(8);
    expect(count('TASK_KILLED false')).toBeLessThan(35);
    expect(count('TASK_FINISHED') + count('TASK_FAILED') + count('TASK_KILLED')).toBe(200);
  });

  it('without a run time go on until they are killed', async () => {
    const states = await history({ seed: 1 }, ['only']);
    expect(states).toEqual(['0 only TASK_RUNNING ', '0 only TASK_STARTING ', '1000 only TASK_RUNNING true']);
  });
});
