import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resources } from '../allocator/resources.ts';
import type { RunningTask } from '../link.ts';
import { isTerminal } from '../task-states.ts';
import type { Offer, TaskInfo, TaskState } from '../v1.ts';
import type { Operation } from '../wire/scheduler-call.ts';
import { receiveOperatorCall } from './operator/calls.ts';
import { renderState } from './operator/state.ts';
import { getState } from './operator/v1-views.ts';
import { type FakeAgent, type FakeScheduler, Rig, scalar } from './testing/rig.ts';

const operations = ['LAUNCH', 'LAUNCH_GROUP', 'RESERVE', 'UNRESERVE', 'UNKNOWN'] as const;
const states = ['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED'] as const;

const action = fc.record({
  do: fc.constantFrom(
    'accept',
    'accept',
    'accept',
    'decline',
    'update',
    'update',
    'update',
    'acknowledge',
    'kill',
    'revive',
    'suppress',
    'reconcile',
    'pass-time',
    'break-stream',
    'subscribe',
    'take-over',
    'teardown',
    'hang-up',
    'return',
    'add-agent',
    'drain',
    'reactivate',
    'gone',
    'executor-exit',
    'lose',
    'quota',
  ),
  who: fc.nat(50),
  which: fc.nat(50),
  operation: fc.constantFrom(...operations),
  state: fc.constantFrom(...states),
  cpus: fc.constantFrom(0, 0.5, 1, 3, 100, -1),
  tasks: fc.nat(3),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

describe('whatever schedulers, agents and operators do', () => {
  it('every resource is free, offered or used, once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60 }), async (actions) => {
        const world = new World();
        await world.start();
        for (const entry of actions) {
          await world.perform(entry);
          world.check();
        }
        await world.end();
      }),
      { numRuns: 120 },
    );
  });
});

class World {
  readonly #rig = new Rig();
  readonly #agents: FakeAgent[] = [];
  readonly #schedulers: FakeScheduler[] = [];
  readonly #ended = new Set<string>();
  #tasks = 0;

  async start(): Promise<void> {
    for (let count = 0; count < 3; count++) this.#agents.push(await this.#rig.agent());
    this.#schedulers.push(await this.#rig.framework({ failover_timeout: 5 }));
    const capabilities = [{ type: 'PARTITION_AWARE' }, { type: 'MULTI_ROLE' }];
    this.#schedulers.push(
      await this.#rig.framework({ roles: ['dev', 'prod/web'], capabilities, checkpoint: true }),
    );
  }

  async perform(entry: Action): Promise<void> {
    const rig = this.#rig;
    const scheduler = this.#schedulers[entry.who % this.#schedulers.length];
    const agent = this.#agents[entry.which % this.#agents.length];
    if (scheduler === undefined || agent === undefined) return;
    const operator = (call: Parameters<typeof receiveOperatorCall>[1]) =>
      receiveOperatorCall(rig.core.context, call);
    const agent_id = { value: agent.id };
    switch (entry.do) {
      case 'accept':
        await this.#accept(scheduler, entry);
        break;
      case 'decline': {
        const offer_ids = scheduler.offers.slice(-1 - (entry.which % 3)).map(({ id }) => id);
        await scheduler.call('DECLINE', { decline: { offer_ids, filters: { refuse_seconds: entry.cpus } } });
        break;
      }
      case 'update':
        await this.#update(agent, entry);
        break;
      case 'acknowledge': {
        const withUuid = scheduler.statuses.filter(({ uuid }) => uuid !== undefined);
        const status = withUuid[entry.which % Math.max(1, withUuid.length)];
        if (status !== undefined) await scheduler.acknowledge(status);
        break;
      }
      case 'kill':
        await scheduler.call('KILL', {
          kill: { task_id: { value: `t${entry.which % Math.max(1, this.#tasks)}` } },
        });
        break;
      case 'revive':
        await scheduler.call('REVIVE');
        break;
      case 'suppress':
        await scheduler.call('SUPPRESS');
        break;
      case 'reconcile':
        await scheduler.call('RECONCILE', { reconcile: { tasks: [{ task_id: { value: 't0' }, agent_id }] } });
        break;
      case 'pass-time':
        await rig.clock.advance(entry.which * 300);
        break;
      case 'break-stream':
        await scheduler.disconnect();
        break;
      case 'subscribe':
        this.#schedulers.push(await rig.framework({ failover_timeout: entry.which }));
        break;
      case 'take-over':
        this.#schedulers.push(await rig.framework({ id: { value: scheduler.id }, failover_timeout: 5 }));
        break;
      case 'teardown':
        await scheduler.call('TEARDOWN');
        break;
      case 'hang-up':
        agent.hangUp();
        break;
      case 'return':
        agent.register(this.#running(agent));
        break;
      case 'add-agent':
        this.#agents.push(await rig.agent('cpus:2;mem:512;cpus(dev):1;ports:[1-10]'));
        break;
      case 'drain':
        operator({ type: 'DRAIN_AGENT', drain_agent: { agent_id } });
        break;
      case 'reactivate':
        operator({ type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } });
        break;
      case 'gone':
        if (entry.tasks === 0) operator({ type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id } });
        break;
      case 'lose':
        agent.answersPings = false;
        await rig.clock.advance(100_000);
        agent.answersPings = true;
        agent.register(this.#running(agent));
        break;
      case 'executor-exit':
        agent.executorExited(scheduler, 'e', 0);
        break;
      case 'quota': {
        const quota_configs = [{ role: 'dev', limits: { cpus: { value: Math.max(0, entry.cpus) } } }];
        operator({ type: 'UPDATE_QUOTA', update_quota: { quota_configs, force: true } });
        break;
      }
    }
    await rig.settle();
  }

  check(): void {
    const { context } = this.#rig.core;
    for (const agent of context.agents.values()) {
      const account = context.allocator.agents.get(agent.id);
      const used = [
        ...[...agent.offers].map(({ resources }) => resources),
        ...[...agent.tasks.values()]
          .filter(({ state }) => !isTerminal(state))
          .map(({ resources }) => resources),
        ...[...agent.executors.values()].map(({ resources }) => resources),
      ];
      const all = used.reduce((sum, resources) => sum.plus(resources), account?.free ?? Resources.none);
      expect([agent.id, all.equals(agent.total), account?.total.equals(agent.total)]).toEqual([
        agent.id,
        true,
        true,
      ]);
    }
    for (const offer of context.offers.values()) {
      expect(context.frameworks.get(offer.frameworkId)?.connection).not.toBeNull();
      expect(context.agents.get(offer.agentId)?.end).not.toBeNull();
    }
    for (const framework of context.frameworks.values()) {
      for (const task of framework.tasks.values()) expect(context.agents.has(task.agentId)).toBe(true);
    }
    JSON.stringify([renderState(context), getState(context)]);
  }

  /** Without frameworks, everything must be free. */
  async end(): Promise<void> {
    const { context } = this.#rig.core;
    for (const { id } of [...context.frameworks.values()]) {
      receiveOperatorCall(context, { type: 'TEARDOWN', teardown: { framework_id: { value: id } } });
    }
    await this.#rig.settle();
    for (const { free, total } of context.allocator.agents.values()) expect(free.equals(total)).toBe(true);
    expect(context.offers.size).toBe(0);
  }

  async #accept(scheduler: FakeScheduler, entry: Action): Promise<void> {
    const offers = scheduler.offers.slice(-1 - (entry.which % 2));
    const [offer] = offers;
    if (offer === undefined) return;
    const tasks = Array.from({ length: entry.tasks }, () => this.#task(offer, entry));
    await scheduler.accept(
      offers,
      [operationOf(entry, scheduler, tasks)],
      entry.which % 4 === 0 ? undefined : 0,
    );
  }

  #task(offer: Offer, { operation, cpus }: Action): TaskInfo {
    const id = `t${this.#tasks++}`;
    return {
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: [scalar('cpus', cpus), scalar('mem', 16)],
      ...(operation === 'LAUNCH' ? { command: { value: 'true' } } : {}),
    };
  }

  async #update(agent: FakeAgent, { which, state }: Action): Promise<void> {
    const known = [...(this.#rig.core.context.agents.get(agent.id)?.tasks.values() ?? [])];
    const task = known[which % Math.max(1, known.length)];
    const scheduler = this.#schedulers.find(({ id }) => id === task?.frameworkId);
    if (task === undefined || scheduler === undefined) return;
    agent.update(scheduler, task.id, state as TaskState);
    if (isTerminal(state)) this.#ended.add(task.id);
  }

  /** What the agent was told to run and has not said the end of, also if the master does not know it any more. */
  #running(agent: FakeAgent): RunningTask[] {
    const shutDown = new Set(agent.messages('shutdown-framework').map(({ frameworkId }) => frameworkId));
    return agent.messages('run-task').flatMap(({ framework, role, task }) => {
      const ended = this.#ended.has(task.task_id.value) || shutDown.has(framework.id?.value ?? '');
      return ended
        ? []
        : [{ framework, role, task, latest: agent.status(task.task_id.value, 'TASK_RUNNING') }];
    });
  }
}

function operationOf(
  { operation, cpus }: Action,
  scheduler: FakeScheduler,
  tasks: readonly TaskInfo[],
): Operation {
  const reserved = {
    ...scalar('cpus', cpus),
    reservations: [{ type: 'DYNAMIC' as const, role: 'dev' }],
  };
  switch (operation) {
    case 'LAUNCH':
      return { type: 'LAUNCH', launch: { task_infos: tasks } };
    case 'LAUNCH_GROUP': {
      const executor = {
        type: 'DEFAULT' as const,
        executor_id: { value: 'e' },
        framework_id: { value: scheduler.id },
        resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 1)],
      };
      return { type: 'LAUNCH_GROUP', launch_group: { executor, task_group: { tasks } } };
    }
    case 'RESERVE':
      return { type: 'RESERVE', id: { value: 'op' }, reserve: { resources: [reserved] } };
    case 'UNRESERVE':
      return { type: 'UNRESERVE', unreserve: { resources: [reserved] } };
    case 'UNKNOWN':
      return {};
  }
}
