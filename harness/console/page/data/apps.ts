import { computed, signal } from '@preact/signals';
import { messageOf } from '../../../plumbing/thrown.ts';
import type { NumberedEvent } from '../../answers.ts';
import { ApiError, get } from '../api.ts';
import { onEvent, onReconnect } from '../live.ts';
import type { App, Deployment, QueueEntry } from './types.ts';

/** Every app by its id, without tasks; null until they have been read once. */
export const apps = signal<ReadonlyMap<string, App> | null>(null);
export const deployments = signal<readonly Deployment[]>([]);
/** What waits to be launched, by app. */
export const queue = signal<ReadonlyMap<string, QueueEntry>>(new Map());
export const appsProblem = signal<string | null>(null);

export const appIds = computed(() => [...(apps.value?.keys() ?? [])].sort());

const embedded = 'embed=apps.counts&embed=apps.deployments&embed=apps.lastTaskFailure';
/** Changes are gathered for this long, in milliseconds. */
const gatherMs = 250;
/** More apps than this in one batch: the whole list is cheaper. */
const mostSingleReads = 8;
/** The queue has no events of its own. */
const queuePollMs = 2_000;

const changed = new Set<string>();
const listeners = new Set<(appIds: ReadonlySet<string>) => void>();
let _timer: ReturnType<typeof setTimeout> | undefined;
let isReading = false;

/** Calls back with the apps that changed. Returns the way out. */
export function onAppsChanged(listener: (appIds: ReadonlySet<string>) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Reads everything, and from then on whatever an event names. */
export function startApps(): void {
  void readAll();
  onReconnect(() => void readAll());
  onEvent(take);
  setInterval(() => {
    if (document.visibilityState === 'visible') void readQueue();
  }, queuePollMs);
}

/** After an action of one's own the page need not wait for the event. */
export function refresh(appId: string): void {
  changed.add(appId);
  schedule();
}

function take({ source, subject, deploymentId }: NumberedEvent): void {
  if (source !== 'marathon') return;
  if (subject.startsWith('/')) changed.add(subject);
  if (deploymentId !== null)
    for (const { id, deployments = [] } of apps.value?.values() ?? []) {
      if (deployments.some((one) => one.id === deploymentId)) changed.add(id);
    }
  schedule();
}

function schedule(): void {
  _timer ??= setTimeout(() => {
    _timer = undefined;
    void readChanged();
  }, gatherMs);
}

async function readChanged(): Promise<void> {
  if (isReading) return schedule();
  isReading = true;
  const ids = new Set(changed);
  changed.clear();
  try {
    if (ids.size > mostSingleReads) await readApps();
    else await Promise.all([...ids].map(readApp));
    await Promise.all([readDeployments(), readQueue()]);
  } catch (error) {
    appsProblem.value = messageOf(error);
  } finally {
    isReading = false;
  }
  for (const listener of listeners) listener(ids);
}

async function readAll(): Promise<void> {
  try {
    await Promise.all([readApps(), readDeployments(), readQueue()]);
    for (const listener of listeners) listener(new Set(apps.value?.keys() ?? []));
  } catch (error) {
    appsProblem.value = messageOf(error);
  }
}

async function readApps(): Promise<void> {
  const { apps: list } = await get<{ apps: readonly App[] }>(`marathon/v2/apps?${embedded}`);
  apps.value = new Map(list.map((app) => [app.id, app]));
  appsProblem.value = null;
}

async function readApp(id: string): Promise<void> {
  const next = new Map(apps.value ?? []);
  try {
    const { app } = await get<{ app: App }>(`marathon/v2/apps${id}?${embedded.replaceAll('apps.', 'app.')}`);
    next.set(id, app);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    next.delete(id);
  }
  // Other reads may have ended meanwhile.
  const current = new Map(apps.value ?? []);
  const read = next.get(id);
  if (read === undefined) current.delete(id);
  else current.set(id, read);
  apps.value = current;
}

async function readDeployments(): Promise<void> {
  deployments.value = await get<readonly Deployment[]>('marathon/v2/deployments');
}

async function readQueue(): Promise<void> {
  const answer = await get<{ queue: readonly QueueEntry[] }>('marathon/v2/queue').catch(() => null);
  if (answer === null) return;
  const next = new Map(answer.queue.map((entry) => [entry.app.id, entry]));
  if (next.size > 0 || queue.value.size > 0) queue.value = next;
}
