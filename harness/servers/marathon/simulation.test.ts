import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../plumbing/clock.ts';
import { Rig } from './testing/rig.ts';

const agents = ['a', 'b', 'c'].map((name) => ({ hostname: `${name}.test`, cpus: 8, mem: 8192 }));

const shapes = fc.record({
  instances: fc.integer({ min: 1, max: 5 }),
  minimumHealthCapacity: fc.constantFrom(0, 0.34, 0.5, 1),
  maximumOverCapacity: fc.constantFrom(0, 0.3, 0.5, 1),
});

/** What goes wrong while an update is under way, and after how many changes of tasks. */
const troubles = fc.array(
  fc.record({
    after: fc.integer({ min: 1, max: 6 }),
    what: fc.constantFrom(
      'task dies',
      'task gets unhealthy',
      'connection breaks',
      'framework restarts',
      'agent is lost',
    ),
  }),
  { maxLength: 4 },
);

type Trouble =
  | 'task dies'
  | 'task gets unhealthy'
  | 'connection breaks'
  | 'framework restarts'
  | 'agent is lost';

test('whatever goes wrong, a rolling update keeps its capacity bounds, ends, and leaks nothing', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, troubles, async (shape, planned) => {
      await using rig = await Rig.start({ agents, clock: new VirtualClock(Date.UTC(2026, 0, 1)) });
      rig.mesos.fateOf = () => 'healthy';
      const { instances, ...upgradeStrategy } = shape;
      const healthChecks = [{ protocol: 'MESOS_TCP', portIndex: 0 }];
      const app = { id: '/web', cmd: 'v1', cpus: 0.1, mem: 32, instances, upgradeStrategy, healthChecks };
      await rig.deploy('POST', '/v2/apps', { ...app, backoffSeconds: 1, maxLaunchDelaySeconds: 2 });

      const guard = new BoundsGuard(rig, shape);
      await rig.call('PUT', '/v2/apps/web', { cmd: 'v2' });
      for (const { after, what } of planned) {
        const until = rig.mesos.taskChanges + after;
        await rig.until(async () =>
          rig.mesos.taskChanges >= until || (await isQuiet(rig)) ? true : undefined,
        );
        await make(rig, what);
      }
      for (const { hostname } of agents) rig.mesos.returnAgent(hostname);
      await rig.until(async () => ((await isQuiet(rig)) ? true : undefined), 500);

      expect(guard.violations).toEqual([]);
      const { body } = await rig.until(async () => {
        const answer = await rig.get('/v2/apps/web');
        return answer.body.app.tasksHealthy === instances ? answer : undefined;
      }, 500);
      await rig.until(() => (rig.mesos.tasks.size === instances ? true : undefined), 500);
      expect(body.app.tasks.map((task: { version: string }) => task.version)).toEqual(
        Array(instances).fill(body.app.version),
      );
      expect((await rig.get('/v2/queue')).body.queue).toEqual([]);
      expect(portsInUse(rig)).toHaveLength(instances);
    }),
    { numRuns: 25 },
  );
}, 120_000);

/** Watches what Mesos is told and what it runs, from the side of Mesos. */
class BoundsGuard {
  readonly violations: string[] = [];
  readonly #rig: Rig;
  readonly #most: number;
  readonly #least: number;

  constructor(
    rig: Rig,
    shape: { instances: number; minimumHealthCapacity: number; maximumOverCapacity: number },
  ) {
    const { instances, minimumHealthCapacity, maximumOverCapacity } = shape;
    this.#rig = rig;
    this.#least = Math.ceil(instances * minimumHealthCapacity);
    const most = Math.floor(instances * (1 + maximumOverCapacity));
    this.#most = Math.max(instances, most === this.#least ? most + 1 : most);
    rig.mesos.onTaskChange = () => this.#countAlive();
    rig.mesos.onKill = (taskId) => this.#countServing(taskId);
  }

  #countAlive(): void {
    const { tasks, onceLost } = this.#rig.mesos;
    const alive = [...tasks.keys()].filter((id) => !onceLost.has(id)).length;
    if (alive > this.#most) this.violations.push(`${alive} alive, at most ${this.#most} allowed`);
  }

  #countServing(victimId: string): void {
    const { tasks, onceLost } = this.#rig.mesos;
    const serving = [...tasks].filter(([id, task]) => isServing(task) && !onceLost.has(id));
    const left = serving.filter(([id]) => id !== victimId);
    if (left.length === serving.length || left.length >= this.#least) return;
    this.violations.push(`killed ${victimId}: ${left.length} serving are left, ${this.#least} must be`);
  }
}

function isServing(task: { readonly state: string; readonly healthy?: boolean }): boolean {
  return task.state === 'TASK_RUNNING' && task.healthy === true;
}

async function make(rig: Rig, what: Trouble): Promise<void> {
  const [victim] = rig.mesos.running();
  switch (what) {
    case 'task dies':
      if (victim !== undefined) rig.mesos.report(victim, { state: 'TASK_FAILED' });
      return;
    case 'task gets unhealthy':
      if (victim !== undefined) {
        rig.mesos.report(victim, { state: 'TASK_RUNNING', healthy: false });
        rig.mesos.report(victim, { state: 'TASK_KILLED', healthy: false });
      }
      return;
    case 'connection breaks':
      rig.mesos.disconnect();
      return;
    case 'framework restarts':
      await rig.stopMarathon();
      await rig.startMarathon();
      return;
    case 'agent is lost':
      rig.mesos.loseAgent('a.test');
      return;
    default:
      throw new Error(`unknown trouble ${String(what satisfies never)}`);
  }
}

async function isQuiet(rig: Rig): Promise<boolean> {
  return (await rig.get('/v2/deployments')).body.length === 0;
}

function portsInUse(rig: Rig): readonly string[] {
  const ports = [...rig.mesos.tasks.values()].flatMap(({ agentId, info }) =>
    info.resources.flatMap((resource) =>
      (resource.ranges?.range ?? []).map(({ begin }) => `${agentId}:${begin}`),
    ),
  );
  return [...new Set(ports)];
}
