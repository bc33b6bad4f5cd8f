import { randomInt, randomUUID } from 'node:crypto';
import { type Clock, every, type Timer } from '../../plumbing/clock.ts';
import type { AppDefinition, PathId } from './definition/index.ts';
import { AppTree } from './deployments/changes.ts';
import { type DeadlineOptions, DeploymentManager } from './deployments/manager.ts';
import type { ReadinessProber } from './deployments/readiness.ts';
import { selectInstances } from './deployments/victims.ts';
import { isWanted } from './deployments/world.ts';
import { EventBus } from './events/bus.ts';
import { appsBelow } from './group/index.ts';
import { HealthMonitor } from './health/monitor.ts';
import type { Prober } from './health/probe.ts';
import type { RandomSource } from './offers/index.ts';
import { scaleNow } from './plan/index.ts';
import type { SchedulerConnection } from './scheduler/connection.ts';
import { Framework, type FrameworkOptions } from './scheduler/framework.ts';
import { LaunchQueue } from './scheduler/launch-queue.ts';
import { Leftovers } from './scheduler/leftovers.ts';
import { RollCall } from './scheduler/roll-call.ts';
import { StatusUpdates } from './scheduler/status-updates.ts';
import { StateStore } from './store/state-store.ts';
import { failureByHealth, failureOf } from './tracker/failures.ts';
import { hasLiveTask, healthOf, type Instance } from './tracker/instance.ts';
import { announceChange } from './tracker/instance-events.ts';
import { Killer } from './tracker/killer.ts';
import { launchInstances } from './tracker/launch-instances.ts';
import { Lifecycle } from './tracker/lifecycle.ts';
import { type InstanceChange, InstanceTracker } from './tracker/tracker.ts';

const firstCountCheckMs = 15_000;
const countCheckEveryMs = 300_000;

export interface EngineOptions {
  readonly connection: SchedulerConnection;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly prober: Prober;
  readonly readinessProber: ReadinessProber;
  readonly identity: FrameworkOptions['identity'];
  readonly secrets: Readonly<Record<string, string>>;
  readonly deploymentDeadline: DeadlineOptions;
  readonly onLog: FrameworkOptions['onLog'];
  /** Both are random unless a simulation has to be repeatable. */
  readonly random?: RandomSource;
  readonly newUuid?: () => string;
}

/** Everything behind the HTTP API, wired together: who hears of what, and in which order. */
export class Engine {
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly store: StateStore;
  readonly tracker = new InstanceTracker();
  readonly queue: LaunchQueue;
  readonly killer: Killer;
  readonly health: HealthMonitor;
  readonly deployments: DeploymentManager;
  readonly tree: AppTree;
  readonly framework: Framework;
  readonly #leftovers: Leftovers;
  readonly #lifecycle: Lifecycle;
  readonly #newUuid: () => string;
  readonly #timers: Timer[] = [];
  #rollCall: RollCall | null = null;

  constructor(options: EngineOptions) {
    const { clock, connection, identity, secrets, onLog } = options;
    const { tracker } = this;
    const newUuid = options.newUuid ?? randomUUID;
    this.clock = clock;
    this.#newUuid = newUuid;
    this.bus = new EventBus(clock);
    this.store = new StateStore(options.stateDir);
    this.queue = new LaunchQueue(clock, (role) => this.framework.roles.want(role));
    this.#leftovers = new Leftovers(this.store, (role) => this.framework.roles.want(role));
    this.killer = new Killer({
      clock,
      tracker,
      kill: (taskId, agentId) => this.framework.kill(taskId, agentId),
    });
    this.health = new HealthMonitor({
      clock,
      tracker,
      bus: this.bus,
      prober: options.prober,
      onUnhealthy: (instance, cause) => this.#killUnhealthy(instance, cause),
    });
    this.deployments = new DeploymentManager({
      world: {
        clock,
        tracker,
        killer: this.killer,
        queue: this.queue,
        health: this.health,
        bus: this.bus,
        readinessProber: options.readinessProber,
        newUuid,
      },
      deadline: options.deploymentDeadline,
      onEnded: (plan) => this.#onDeploymentEnded(plan.id, plan.affectedApps),
    });
    this.tree = new AppTree({
      clock,
      store: this.store,
      bus: this.bus,
      deployments: this.deployments,
      newUuid,
    });
    this.#lifecycle = new Lifecycle({
      clock,
      tracker,
      nextDefinition: (instance) => this.#nextDefinition(instance),
      onCountChanged: (appId) => this.#checkCount(appId),
      onUnwantedReturn: (instanceId) => this.killer.kill(instanceId),
    });
    const updates = new StatusUpdates({
      clock,
      tracker,
      bus: this.bus,
      withMesosHealth: (instance, status) => this.health.withMesosHealth(instance, status),
      onHeard: (taskId) => this.#rollCall?.hear(taskId),
    });
    this.framework = new Framework({
      connection,
      clock,
      tracker,
      queue: this.queue,
      leftovers: this.#leftovers,
      newUuid,
      updates,
      store: this.store,
      bus: this.bus,
      random: options.random ?? randomInt,
      secrets,
      identity,
      onSubscribed: () => this.#rollCall?.begin(),
      onLog,
    });
    // The order matters: events before what follows from them, and deployments before an old instance gets a new task.
    tracker.onChange((change) => this.#store(change));
    tracker.onChange((change) => announceChange(this.bus, change));
    tracker.onChange((change) => this.queue.onInstanceChange(change));
    tracker.onChange((change) => this.#leftovers.onInstanceChange(change));
    tracker.onChange((change) => this.health.onInstanceChange(change));
    tracker.onChange((change) => this.deployments.onInstanceChange(change));
    tracker.onChange((change) => this.#lifecycle.onInstanceChange(change));
  }

  /**
   * Takes up what the store holds, and subscribes. Deployments go on when Mesos has told what became of the tasks:
   * before that, an update could take one away and not know that another has died.
   */
  start(): void {
    for (const app of appsBelow(this.tree.root)) {
      this.framework.roles.add(app.role);
      this.health.activate(app);
    }
    for (const role of this.#leftovers.roles) this.framework.roles.add(role);
    for (const instance of this.store.instances) {
      this.health.activate(instance.app);
      this.health.restore(instance);
      this.tracker.restore(instance);
      this.queue.onInstanceChange({ before: null, after: instance });
    }
    this.#lifecycle.resume();
    this.deployments.hold();
    this.tree.resume();
    const taskIds = [...this.tracker.all()].filter(hasLiveTask).map((instance) => instance.taskId ?? '');
    this.#rollCall = new RollCall(this.clock, taskIds, () => this.deployments.release());
    this.framework.start();
    this.#timers.push(
      this.clock.after(firstCountCheckMs, () => {
        this.#checkAllCounts();
        this.#timers.push(every(this.clock, countCheckEveryMs, () => this.#checkAllCounts()));
      }),
      every(this.clock, this.framework.reconcileEveryMs, () => this.framework.reconcile()),
    );
  }

  /** Leaves the tasks running: whoever starts with the same state directory finds them again. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#rollCall?.stop();
    this.framework.stop();
    this.deployments.stop();
    this.health.stop();
    this.#lifecycle.stop();
    this.killer.stop();
    this.store.close();
  }

  /** Ends the instances with all that is kept for them; others take their place. */
  wipe(instanceIds: readonly string[]): void {
    const apps = new Set(instanceIds.flatMap((id) => this.tracker.get(id)?.appId ?? []));
    for (const id of instanceIds) this.killer.decommission(id);
    for (const appId of apps) this.#checkCount(appId);
  }

  #store({ before, after, status }: InstanceChange): void {
    if (after === null) {
      this.store.removeInstance(before?.instanceId ?? '');
      return;
    }
    if (isWorthStoring(before, after) || status !== undefined) this.store.putInstance(after);
    const failure = failureOf(after, status, this.clock.now());
    if (failure !== undefined && this.tree.app(after.appId) !== undefined)
      this.store.setFailure(after.appId, failure);
  }

  #killUnhealthy(instance: Instance, cause: string): void {
    const { appId, taskId, instanceId, version, host, agentId } = instance;
    if (taskId === undefined) return;
    this.bus.publish({
      eventType: 'unhealthy_instance_kill_event',
      appId,
      taskId,
      instanceId,
      version,
      reason: cause,
      host: host ?? 'unknown',
      ...(agentId === undefined ? {} : { slaveId: agentId }),
    });
    this.store.setFailure(appId, failureByHealth(instance, cause, this.clock.now()));
    this.killer.kill(instanceId);
  }

  /** While a deployment has the app, it decides when instances get the new definition. */
  #nextDefinition(instance: Instance): AppDefinition | undefined {
    const current = this.tree.app(instance.appId);
    if (current === undefined) return undefined;
    return this.deployments.touching(instance.appId) === undefined ? current : instance.app;
  }

  #onDeploymentEnded(id: string, appIds: readonly PathId[]): void {
    this.store.removeDeployment(id);
    for (const appId of appIds) {
      const app = this.tree.app(appId);
      if (app !== undefined) this.health.retire(app);
      else if (this.tracker.countOf(appId) === 0) this.store.setFailure(appId, null);
    }
  }

  #checkAllCounts(): void {
    for (const app of appsBelow(this.tree.root)) this.#checkCount(app.id);
  }

  /** Brings an app that no deployment is busy with to its number of instances. */
  #checkCount(appId: PathId): void {
    const app = this.tree.app(appId);
    if (app === undefined || this.deployments.touching(appId) !== undefined) return;
    const wanted = this.tracker.of(appId).filter(isWanted);
    const { kill, launch } = scaleNow(app, wanted.length);
    launchInstances(app, launch, { tracker: this.tracker, clock: this.clock, newUuid: this.#newUuid });
    for (const { instanceId } of selectInstances(app, wanted, { count: kill }))
      this.killer.retire(instanceId);
  }
}

/** Single results of checks come by the thousand; what they add up to is enough to go on from. */
function isWorthStoring(before: Instance | null, after: Instance): boolean {
  if (before === null || before.condition !== after.condition || before.goal !== after.goal) return true;
  return healthOf(before) !== healthOf(after);
}
