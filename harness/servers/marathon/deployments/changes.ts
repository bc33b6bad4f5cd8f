import type { Clock } from '../../../plumbing/clock.ts';
import {
  type AppDefinition,
  answerOf,
  type Group,
  type Outcome,
  ok,
  type PathId,
  refused,
  type Timestamp,
} from '../definition/index.ts';
import type { EventBus } from '../events/bus.ts';
import {
  emptyRoot,
  findApp,
  findGroup,
  type LookUp,
  nextVersion,
  settle,
  type TreeChange,
} from '../group/index.ts';
import { type DeploymentPlan, planDeployment, revertPlan } from '../plan/index.ts';
import type { StateStore } from '../store/state-store.ts';
import { timestamp } from '../tracker/instance.ts';
import type { DeploymentManager } from './manager.ts';

/** Deployments that may run at once. */
const mostDeployments = 100;

/** 403. */
export class TooManyDeployments extends Error {
  override readonly name = 'TooManyDeployments';
}

export interface ChangeOptions {
  readonly force: boolean;
  /** Instances that must be the ones to die, by app. */
  readonly condemned?: Readonly<Record<PathId, readonly string[]>>;
}

export interface Changed<C extends TreeChange> {
  readonly plan: DeploymentPlan;
  readonly change: C;
}

export interface TreeOptions {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly bus: EventBus;
  readonly deployments: DeploymentManager;
  readonly newUuid: () => string;
}

/** The tree of groups and apps, and the one way to change it: settle, plan, check the locks, store, deploy. */
export class AppTree {
  readonly #options: TreeOptions;
  #root: Group;

  constructor(options: TreeOptions) {
    const { store, clock } = options;
    this.#options = options;
    this.#root = store.roots.at(-1) ?? emptyRoot(timestamp(clock.now()));
    if (store.roots.length === 0) store.addRoot(this.#root);
  }

  get root(): Group {
    return this.#root;
  }

  app(id: PathId): AppDefinition | undefined {
    return findApp(this.#root, id);
  }

  /** For going back to an older state. */
  readonly lookUp: LookUp = {
    app: (id, version) => this.versionsOf(id).get(version),
    root: (version) => this.#options.store.root(version),
  };

  /** The kept versions of an app, oldest first. */
  versionsOf(id: PathId): ReadonlyMap<Timestamp, AppDefinition> {
    const apps = this.#options.store.roots.flatMap((root) => findApp(root, id) ?? []);
    return new Map(apps.map((app) => [app.version, app]));
  }

  /** The versions of the tree in which the group existed and was another than before, oldest first. */
  groupVersionsOf(id: PathId): ReadonlyMap<Timestamp, Group> {
    const groups = this.#options.store.roots.flatMap((root) => findGroup(root, id) ?? []);
    return new Map(groups.map((group) => [group.version, group]));
  }

  /**
   * Makes a change and starts its deployment. When this returns, both are stored and can be read.
   *
   * @throws TooManyDeployments
   */
  change<C extends TreeChange>(
    make: (root: Group, now: Timestamp) => Outcome<C>,
    { force, condemned }: ChangeOptions,
  ): Outcome<Changed<C>> {
    const { clock, store, bus, deployments, newUuid } = this.#options;
    const now = nextVersion(this.#root, clock.now());
    const made = make(this.#root, now);
    if (made.kind === 'refused') return made;
    const settled = settle(this.#root, made.value, { now });
    if (settled.kind === 'refused') return settled;
    const plan = planDeployment({
      id: newUuid(),
      version: now,
      from: this.#root,
      to: settled.value,
      ...(condemned === undefined ? {} : { condemned }),
    });
    const conflicts = deployments.conflictsOf(plan);
    if (conflicts.length > 0 && !force)
      return this.#refuse(
        plan,
        made.value,
        conflicts.map((other) => other.plan.id),
      );
    if (deployments.running.length >= mostDeployments && conflicts.length === 0) {
      throw new TooManyDeployments(
        `Max number (${mostDeployments}) of running deployments reached. Wait for existing deployments to complete or cancel one using force=true parameter.`,
      );
    }
    const since = clock.monotonic();
    store.putDeployment({
      id: plan.id,
      version: plan.version,
      from: this.#root.version,
      to: settled.value.version,
      condemned: condemned ?? {},
      since,
    });
    store.addRoot(settled.value);
    this.#root = settled.value;
    deployments.start(plan, since);
    store.flush();
    bus.publish({ eventType: 'group_change_success', groupId: made.value.parent, version: now });
    return ok({ plan, change: made.value });
  }

  /** A change that needs no deployment, such as a group's `enforceRole`. */
  amend<C extends TreeChange>(make: (root: Group, now: Timestamp) => Outcome<C>): Outcome<C> {
    const now = nextVersion(this.#root, this.#options.clock.now());
    const made = make(this.#root, now);
    if (made.kind === 'refused') return made;
    const settled = settle(this.#root, made.value, { now });
    if (settled.kind === 'refused') return settled;
    this.#options.store.addRoot(settled.value);
    this.#root = settled.value;
    this.#options.store.flush();
    return made;
  }

  /** The plan that a change would have. */
  dryRun<C extends TreeChange>(make: (root: Group, now: Timestamp) => Outcome<C>): Outcome<DeploymentPlan> {
    const now = nextVersion(this.#root, this.#options.clock.now());
    const made = make(this.#root, now);
    if (made.kind === 'refused') return made;
    const settled = settle(this.#root, made.value, { now });
    if (settled.kind === 'refused') return settled;
    return ok(
      planDeployment({ id: this.#options.newUuid(), version: now, from: this.#root, to: settled.value }),
    );
  }

  /** Ends a running deployment by one that undoes it. */
  revert(plan: DeploymentPlan): Outcome<Changed<TreeChange>> {
    return this.change((root, now) => ok({ root: revertPlan(plan, root, now), restarted: [], parent: '/' }), {
      force: true,
    });
  }

  /** After a restart of the framework: what was running goes on. */
  resume(): void {
    const { store, deployments } = this.#options;
    for (const { id, version, from, to, condemned, since } of store.deployments) {
      const original = store.root(from);
      const target = store.root(to);
      if (original === undefined || target === undefined) store.removeDeployment(id);
      else deployments.start(planDeployment({ id, version, from: original, to: target, condemned }), since);
    }
  }

  #refuse(plan: DeploymentPlan, { parent }: TreeChange, ids: readonly string[]): Outcome<never> {
    const { bus, deployments } = this.#options;
    const refusal = { kind: 'locked', deployments: ids } as const;
    const reason = messageOf(answerOf(refusal).body);
    bus.publish({ eventType: 'group_change_failed', groupId: parent, version: plan.version, reason });
    deployments.announceFailure(plan, reason);
    return refused(refusal);
  }
}

function messageOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : '';
}
