import { type HealthPart, healthOf, type Status, statusOf } from '../../../diagnosis/index.ts';
import type { App, QueueEntry } from './types.ts';

/** One line of the list: an app, or a group with what is in it added up. */
export interface Entry {
  readonly kind: 'app' | 'group';
  readonly id: string;
  /** Below the group that is shown. */
  readonly name: string;
  readonly apps: number;
  readonly status: Status;
  readonly health: readonly HealthPart[];
  readonly running: number;
  readonly instances: number;
  readonly cpus: number;
  readonly mem: number;
  readonly changedAt: string;
}

export interface Shown {
  readonly group: string;
  readonly search: string;
  readonly statuses: readonly string[];
}

/** What the list shows: groups before apps; with a search or a filter, every app below the group. */
export function entriesOf(
  apps: Iterable<App>,
  queue: ReadonlyMap<string, QueueEntry>,
  shown: Shown,
): readonly Entry[] {
  const below = prefixOf(shown.group);
  const wanted = shown.search.toLowerCase();
  const isFlat = wanted !== '' || shown.statuses.length > 0;
  const groups = new Map<string, Entry[]>();
  const entries: Entry[] = [];
  for (const app of apps) {
    if (!app.id.startsWith(below)) continue;
    const entry = appEntry(app, queue.get(app.id), app.id.slice(below.length));
    if (isFlat) {
      if (matches(app, entry, wanted, shown.statuses)) entries.push(entry);
      continue;
    }
    const [first = '', ...rest] = entry.name.split('/');
    if (rest.length === 0) entries.push(entry);
    else groups.set(first, [...(groups.get(first) ?? []), entry]);
  }
  const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : 1);
  const folders = [...groups].map(([first, members]) => {
    const name = commonGroup(first, members);
    return groupEntry(`${below}${name}`, name, members);
  });
  return [...folders.sort(byName), ...entries.sort(byName)];
}

/** Goes down as long as there is only one group and nothing beside it. */
export function firstInterestingGroup(ids: readonly string[]): string {
  const [first] = ids;
  if (first === undefined) return '/';
  const parts = first.split('/').slice(1, -1);
  let depth = 0;
  while (depth < parts.length && ids.every((id) => id.startsWith(`/${parts.slice(0, depth + 1).join('/')}/`)))
    depth += 1;
  return depth === 0 ? '/' : `/${parts.slice(0, depth).join('/')}`;
}

/** `shop/dev` where everything in `shop` is in `shop/dev`: no folder holds but another folder. */
function commonGroup(first: string, members: readonly Entry[]): string {
  const all = firstInterestingGroup(members.map(({ name }) => `/${name}`)).slice(1);
  return all === '' ? first : all;
}

function prefixOf(group: string): string {
  return group === '/' || group === '' ? '/' : `${group}/`;
}

function matches(app: App, entry: Entry, wanted: string, statuses: readonly string[]): boolean {
  if (statuses.length > 0 && !statuses.includes(entry.status.word)) return false;
  if (wanted === '' || app.id.toLowerCase().includes(wanted)) return true;
  return Object.entries(app.labels ?? {}).some(([name, value]) =>
    `${name}=${value}`.toLowerCase().includes(wanted),
  );
}

function appEntry(app: App, queued: QueueEntry | undefined, name: string): Entry {
  return {
    kind: 'app',
    id: app.id,
    name,
    apps: 1,
    status: statusOf(app, queued),
    health: healthOf(app),
    running: app.tasksRunning ?? 0,
    instances: app.instances,
    cpus: app.cpus * app.instances,
    mem: app.mem * app.instances,
    changedAt: app.versionInfo?.lastConfigChangeAt ?? app.version,
  };
}

/** Worse first: what a group is called by. */
const severity = [
  'Delayed',
  'Unhealthy',
  'Degraded',
  'Waiting',
  'Deploying',
  'Starting',
  'Running',
  'Suspended',
];

function groupEntry(id: string, name: string, members: readonly Entry[]): Entry {
  const sum = (pick: (entry: Entry) => number): number =>
    members.reduce((total, entry) => total + pick(entry), 0);
  const health = new Map<string, HealthPart>();
  for (const part of members.flatMap((entry) => entry.health)) {
    health.set(part.word, { ...part, count: part.count + (health.get(part.word)?.count ?? 0) });
  }
  const worst = [...members].sort(
    (a, b) => severity.indexOf(a.status.word) - severity.indexOf(b.status.word),
  )[0];
  return {
    kind: 'group',
    id,
    name,
    apps: members.length,
    status: worst?.status ?? { word: 'Running', tone: 'good' },
    health: [...health.values()],
    running: sum(({ running }) => running),
    instances: sum(({ instances }) => instances),
    cpus: sum(({ cpus }) => cpus),
    mem: sum(({ mem }) => mem),
    changedAt:
      members
        .map(({ changedAt }) => changedAt)
        .sort()
        .at(-1) ?? '',
  };
}
