import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Resource } from '../mesos/v1.ts';
import { deleteApp, type LookUp, restartApp, updateApp } from './group/index.ts';
import { hosts, Simulation } from './testing/simulation.ts';

const lookUp: LookUp = { app: () => undefined, root: () => undefined };
const ids = ['/a', '/g/b', '/g/c'] as const;
const anyId = fc.constantFrom(...ids);

const definition = fc.record({
  instances: fc.integer({ min: 0, max: 4 }),
  cmd: fc.constantFrom('serve one', 'serve two', 'serve three'),
  dependsOnA: fc.boolean(),
  minimumHealthCapacity: fc.constantFrom(0, 0.5, 1),
  maximumOverCapacity: fc.constantFrom(0, 0.3, 1),
});

const kind = <const K extends string>(...kinds: readonly K[]) => fc.constantFrom(...kinds);

/** What can happen from outside. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: kind('put'), id: anyId, definition }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('scale'), id: anyId, instances: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('restart', 'delete'), id: anyId }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('task fails', 'instance is killed'), pick: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('cancel', 'revert'), pick: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('agent'), host: fc.constantFrom(...hosts) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('framework restarts', 'connection breaks') }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('time'), ms: fc.constantFrom(5, 20, 200, 3_000) }) },
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

// Not that every task is of the latest version: a forced change stops a restart half-way, and old tasks stay.
it('whatever happens in whatever order ends with exactly the tasks that the definitions ask for, and no port given twice', async () => {
  const story = fc.array(happening, { minLength: 5, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(story, fc.nat(), async (events, seed) => {
      await using simulation = new Simulation(seed);
      const clashes: string[] = [];
      simulation.mesos.onTaskChange = () => clashes.push(...portsGivenTwice(simulation));
      for (const event of events) await apply(simulation, event);
      await simulation.comeToRest();
      for (const id of ids) {
        const app = simulation.engine.tree.app(id);
        const wanted = app?.instances ?? 0;
        const instances = simulation.engine.tracker.of(id);
        expect({ id, tasks: simulation.tasksOf(id).length }).toEqual({ id, tasks: wanted });
        expect({ id, instances: instances.length }).toEqual({ id, instances: wanted });
      }
      expect(clashes).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 120_000);

async function apply(simulation: Simulation, event: Happening): Promise<void> {
  const { engine, mesos } = simulation;
  switch (event.kind) {
    case 'put':
      return put(simulation, event);
    case 'scale': {
      const options = { partial: true, mayCreate: false, lookUp };
      const body = { instances: event.instances };
      simulation.change((root, now) => updateApp(root, event.id, body, { ...options, now }));
      return;
    }
    case 'restart':
      simulation.change((root) => restartApp(root, event.id));
      return;
    case 'delete':
      simulation.change((root) => deleteApp(root, event.id));
      return;
    case 'task fails': {
      const task = pickOf(mesos.running(), event.pick);
      if (task !== undefined) mesos.report(task, { state: 'TASK_FAILED' });
      return;
    }
    case 'instance is killed': {
      const instance = pickOf([...engine.tracker.all()], event.pick);
      if (instance !== undefined) engine.killer.kill(instance.instanceId);
      return;
    }
    case 'cancel': {
      const deployment = pickOf(engine.deployments.running, event.pick);
      if (deployment !== undefined) engine.deployments.cancel(deployment.plan.id);
      return;
    }
    case 'revert': {
      const deployment = pickOf(engine.deployments.running, event.pick);
      if (deployment !== undefined) engine.tree.revert(deployment.plan);
      return;
    }
    case 'agent':
      simulation.loseOrReturn(event.host);
      return;
    case 'framework restarts':
      simulation.restart();
      return;
    case 'connection breaks':
      mesos.disconnect();
      return;
    case 'time':
      await simulation.clock.advance(event.ms);
      return;
    default:
      throw new Error(`what is ${JSON.stringify(event satisfies never)}?`);
  }
}

function put(simulation: Simulation, { id, definition }: Happening & { kind: 'put' }): void {
  const { minimumHealthCapacity, maximumOverCapacity, dependsOnA, ...rest } = definition;
  const body = {
    ...rest,
    cpus: 0.1,
    mem: 16,
    ports: [0],
    dependencies: dependsOnA && id !== '/a' ? ['/a'] : [],
    backoffSeconds: 1,
    maxLaunchDelaySeconds: 2,
    upgradeStrategy: { minimumHealthCapacity, maximumOverCapacity },
  };
  const options = { partial: false, mayCreate: true, lookUp };
  simulation.change((root, now) => updateApp(root, id, body, { ...options, now }));
}

function pickOf<T>(values: readonly T[], pick: number): T | undefined {
  return values.length === 0 ? undefined : values[pick % values.length];
}

/** Ports that two living tasks of one agent have both been given. */
function portsGivenTwice({ mesos }: Simulation): readonly string[] {
  const given = [...mesos.tasks.values()].flatMap(({ agentId, info }) =>
    portsOf(info.resources).map((port) => `${agentId}:${port}`),
  );
  return given.filter((port, index) => given.indexOf(port) !== index);
}

function portsOf(resources: readonly Resource[]): readonly number[] {
  return resources.flatMap(({ ranges }) =>
    (ranges?.range ?? []).flatMap(({ begin, end }) =>
      Array.from({ length: end - begin + 1 }, (_, index) => begin + index),
    ),
  );
}
