import {
  type AppDefinition,
  type Group,
  type PathId,
  parentOf,
  type Timestamp,
} from '../definition/index.ts';
import type { RootRecord, StoredGroup } from './records.ts';

/** A tree taken apart, so that a change can be written as what it changed. */
export class FlatRoot {
  readonly #groups = new Map<PathId, StoredGroup>();
  readonly #apps = new Map<PathId, Timestamp>();

  apply(record: RootRecord): void {
    for (const id of record.gone) {
      this.#groups.delete(id);
      this.#apps.delete(id);
    }
    for (const group of record.groups) this.#groups.set(group.id, group);
    for (const [id, version] of record.apps) this.#apps.set(id, version);
  }

  /** @throws Error when `appOf` does not know a definition the tree holds: the journal is damaged. */
  build(appOf: (id: PathId, version: Timestamp) => AppDefinition | undefined): Group | undefined {
    const root = this.#groups.get('/');
    if (root === undefined) return undefined;
    const drafts = new Map([...this.#groups].map(([id, group]) => [id, draftOf(group)]));
    for (const [id, draft] of drafts) {
      const parent = id === '/' ? undefined : drafts.get(parentOf(id));
      if (parent !== undefined) parent.groups[id] = draft;
    }
    for (const [id, version] of this.#apps) {
      const app = appOf(id, version);
      const parent = drafts.get(parentOf(id));
      if (app === undefined || parent === undefined) throw new Error(`app ${id} of ${version} is not stored`);
      parent.apps[id] = app;
    }
    return drafts.get('/');
  }
}

interface GroupDraft extends StoredGroup {
  readonly apps: Record<PathId, AppDefinition>;
  readonly groups: Record<PathId, Group>;
}

function draftOf(group: StoredGroup): GroupDraft {
  return { ...group, apps: {}, groups: {} };
}

/** What turns `before` into `after`. Parts that are the same object are not looked into. */
export function rootDifference(before: Group | undefined, after: Group): RootRecord {
  const groups: StoredGroup[] = [];
  const apps: [PathId, Timestamp][] = [];
  const gone: PathId[] = [];
  compare(before, after, { groups, apps, gone });
  return { kind: 'root', groups, apps, gone };
}

interface Difference {
  readonly groups: StoredGroup[];
  readonly apps: [PathId, Timestamp][];
  readonly gone: PathId[];
}

function compare(before: Group | undefined, after: Group, difference: Difference): void {
  if (before === after) return;
  const { id, dependencies, version, enforceRole } = after;
  difference.groups.push({ id, dependencies, version, enforceRole });
  for (const app of Object.values(before?.apps ?? {})) {
    if (after.apps[app.id] === undefined) difference.gone.push(app.id);
  }
  for (const app of Object.values(after.apps)) {
    if (before?.apps[app.id] !== app) difference.apps.push([app.id, app.version]);
  }
  for (const group of Object.values(before?.groups ?? {})) {
    if (after.groups[group.id] === undefined) removeAll(group, difference);
  }
  for (const group of Object.values(after.groups)) compare(before?.groups[group.id], group, difference);
}

function removeAll(group: Group, difference: Difference): void {
  difference.gone.push(group.id, ...Object.keys(group.apps));
  for (const child of Object.values(group.groups)) removeAll(child, difference);
}
