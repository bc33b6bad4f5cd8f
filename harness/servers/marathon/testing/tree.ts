import type { Group, Outcome, PathId, Timestamp } from '../definition/index.ts';
import {
  createApp,
  emptyRoot,
  findApp,
  type LookUp,
  nextVersion,
  settle,
  type TreeChange,
  updateApp,
  updateGroup,
} from '../group/index.ts';

/** Knows no old state. */
export const nothing: LookUp = { app: () => undefined, root: () => undefined };

/** The value of an outcome; throws with the refusal when there is none. */
export function expectOk<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}

/** A tree that changes are applied to one after another, each a millisecond later. */
export class Tree {
  readonly states: Group[] = [emptyRoot('2026-01-01T00:00:00.000Z')];

  get root(): Group {
    const root = this.states.at(-1);
    if (root === undefined) throw new Error('no state');
    return root;
  }

  get now(): Timestamp {
    return nextVersion(this.root, 0);
  }

  apply(change: (root: Group, now: Timestamp) => Outcome<TreeChange>): this {
    const { now } = this;
    const settled = settle(this.root, expectOk(change(this.root, now)), { now });
    this.states.push(expectOk(settled));
    return this;
  }

  refusal(change: (root: Group, now: Timestamp) => Outcome<TreeChange>): unknown {
    const { now } = this;
    const outcome = change(this.root, now);
    const settled = outcome.kind === 'refused' ? outcome : settle(this.root, outcome.value, { now });
    return settled.kind === 'refused' ? settled.refusal : 'accepted';
  }

  create(body: unknown): this {
    return this.apply((root, now) => createApp(root, body, now));
  }

  put(id: PathId, body: unknown): this {
    return this.apply((root, now) =>
      updateApp(root, id, body, { partial: true, mayCreate: true, now, lookUp: this.lookUp }),
    );
  }

  putGroup(id: PathId, body: unknown): this {
    return this.apply((root, now) => updateGroup(root, id, body, { now, lookUp: this.lookUp }));
  }

  app(id: PathId) {
    const app = findApp(this.root, id);
    if (app === undefined) throw new Error(`no app ${id}`);
    return app;
  }

  readonly lookUp: LookUp = {
    app: (id, version) =>
      this.states.map((state) => findApp(state, id)).find((app) => app?.version === version),
    root: (version) => this.states.find((state) => state.version === version),
  };
}

/** Body of an app that sleeps. */
export const sleeper = (id: string, members: object = {}) => ({ id, cmd: 'sleep 100', ...members });
