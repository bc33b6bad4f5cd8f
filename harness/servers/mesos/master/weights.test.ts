import { describe, expect, it } from 'vitest';
import { receiveOperatorCall } from './operator/calls.ts';
import { type FakeScheduler, Rig, scalar, taskFor } from './testing/rig.ts';

/** Launches one small task on every offer it has not seen, and gives the rest back for the next cycle. */
class Greedy {
  readonly scheduler: FakeScheduler;
  launched = 0;
  #seen = 0;

  constructor(scheduler: FakeScheduler) {
    this.scheduler = scheduler;
  }

  async act(): Promise<void> {
    const fresh = this.scheduler.offers.slice(this.#seen);
    this.#seen += fresh.length;
    for (const offer of fresh) {
      if (!offer.resources.some(({ name }) => name === 'cpus')) {
        await this.scheduler.accept([offer], [], 0);
        continue;
      }
      const id = `${this.scheduler.id}-${this.launched}`;
      const task = taskFor(offer, id, { resources: [scalar('cpus', 0.1), scalar('mem', 32)] });
      await this.scheduler.accept([offer], [{ type: 'LAUNCH', launch: { task_infos: [task] } }], 0);
      this.launched++;
    }
  }
}

describe('weights', () => {
  it('1:2 give two greedy frameworks shares within five percent of 1:2, whoever came first', async () => {
    const rig = new Rig();
    const weight_infos = [
      { role: 'dev', weight: 1 },
      { role: 'prod', weight: 2 },
    ];
    receiveOperatorCall(rig.core.context, { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos } });
    for (let count = 0; count < 3; count++) await rig.agent('cpus:6;mem:2048;ports:[31000-32000]');
    const dev = new Greedy(await rig.framework({ role: 'dev' }));
    await dev.act();
    const prod = new Greedy(await rig.framework({ role: 'prod' }));
    for (let cycle = 0; cycle < 70; cycle++) {
      await dev.act();
      await prod.act();
      await rig.clock.advance(1000);
    }
    expect(dev.launched + prod.launched).toBe(180);
    expect(Math.abs(prod.launched / (dev.launched + prod.launched) - 2 / 3)).toBeLessThan(0.05 * (2 / 3));
  });
});
