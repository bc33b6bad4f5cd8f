import { createParser } from 'eventsource-parser';
import { basicAuth, type Credentials } from '../http/index.ts';
import { type AppView, callerIn, openTasks } from './app-view.ts';
import type { Target } from './backends.ts';
import type { Caller } from './callers.ts';
import { VersionLabels } from './version-labels.ts';

export interface FeedOptions {
  readonly marathonUrl: URL;
  readonly credentials?: Credentials;
  /** The label of an app that names what it runs. */
  readonly versionLabel?: string;
  /** The label in which an app lists the apps that it calls. */
  readonly callsLabel?: string;
  /** The whole list of apps, once per connection. Apps that are not in it are gone. */
  readonly onApps: (apps: readonly FeedApp[]) => void;
  /** One app as it stands now; `app` is null when it is gone. */
  readonly onApp: (appId: string, app: FeedApp | null) => void;
  /** A task will be told to end. `instance` is its instance id. */
  readonly onLeaving: (appId: string, instance: string) => void;
}

export interface FeedApp {
  readonly appId: string;
  readonly hasPorts: boolean;
  readonly tasks: number;
  readonly backends: readonly Target[];
  readonly caller: Caller;
}

/** Pause before connecting again to a Marathon that went away, in milliseconds. */
const reconnectMs = 250;
/** How often an app with tasks that run but are not ready yet is looked at again: readiness has no event. */
const recheckMs = 150;

/** Follows Marathon's event stream and reads each app that an event names again. */
export class MarathonFeed {
  readonly #options: FeedOptions;
  readonly #stop = new AbortController();
  readonly #labels: VersionLabels;
  readonly #reading = new Map<string, { again: boolean }>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#labels = new VersionLabels(options.versionLabel, (path) => this.#get(path, 'application/json'));
  }

  /** Resolves when the first full list has been read, or the feed was stopped. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
      void this.#follow(resolve);
    });
  }

  stop(): void {
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #follow(onFirst: () => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#connection(onFirst);
      } catch {
        // Marathon is away or restarting: what was known stays in use, and the next connection reads everything again.
      }
      await this.#pause(reconnectMs);
    }
  }

  /** Subscribes before it reads the list, so that no change falls between the two. */
  async #connection(onRead: () => void): Promise<void> {
    const events = await this.#get('v2/events', 'text/event-stream');
    if (!events.ok || events.body === null) throw new Error(`/v2/events answered ${events.status}`);
    const list = await this.#get('v2/apps?embed=apps.tasks&embed=apps.readiness', 'application/json');
    if (!list.ok) throw new Error(`/v2/apps answered ${list.status}`);
    const { apps } = (await list.json()) as { apps: AppView[] };
    this.#options.onApps(await Promise.all(apps.map((app) => this.#seen(app))));
    onRead();
    const parser = createParser({ onEvent: ({ event, data }) => this.#take(event, data) });
    const decoder = new TextDecoder();
    for await (const chunk of events.body) parser.feed(decoder.decode(chunk, { stream: true }));
  }

  #take(type: string | undefined, data: string): void {
    const event = JSON.parse(data) as Record<string, unknown>;
    if (type === 'instance_changed_event' && event.condition === 'Killing') {
      this.#options.onLeaving(String(event.runSpecId), String(event.instanceId));
    }
    for (const appId of appsNamedBy(event)) void this.#read(appId);
  }

  /** Reads one app; a change that comes while it is read is followed by one more reading. */
  async #read(appId: string): Promise<void> {
    const running = this.#reading.get(appId);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: true };
    this.#reading.set(appId, state);
    try {
      while (state.again && !this.#stop.signal.aborted) {
        state.again = false;
        const answer = await this.#get(`v2/apps/${appId}?embed=app.readiness`, 'application/json');
        if (answer.status === 404) this.#options.onApp(appId, null);
        else if (answer.ok) {
          const { app } = (await answer.json()) as { app: AppView };
          this.#options.onApp(appId, await this.#seen(app));
        }
      }
    } catch {
      // The connection to Marathon broke; the reconnection reads every app again.
    } finally {
      this.#reading.delete(appId);
    }
  }

  async #seen(app: AppView): Promise<FeedApp> {
    const { open, waiting } = openTasks(app);
    if (waiting) this.#later(recheckMs, () => void this.#read(app.id));
    const backends = await Promise.all(
      open.map(async (task) => ({ ...task, label: await this.#labels.of(app, task.version) })),
    );
    return {
      appId: app.id,
      backends,
      hasPorts: portCount(app) > 0,
      tasks: app.tasks?.length ?? 0,
      caller: callerIn(app, this.#options.callsLabel),
    };
  }

  #get(path: string, accept: string): Promise<Response> {
    const { marathonUrl, credentials } = this.#options;
    const authorization = credentials === undefined ? {} : { authorization: basicAuth(credentials) };
    return fetch(new URL(path.replace('v2/apps//', 'v2/apps/'), marathonUrl), {
      headers: { accept, ...authorization },
      signal: this.#stop.signal,
    });
  }

  #later(delayMs: number, callback: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
      this.#later(delayMs, resolve);
    });
  }
}

function portCount(app: AppView): number {
  return (app.container?.portMappings ?? app.portDefinitions ?? []).length;
}

function appsNamedBy(event: Record<string, unknown>): readonly string[] {
  const named = [event.appId, event.runSpecId].filter((id) => typeof id === 'string');
  const plan = event.plan as { steps?: { actions?: { app?: string }[] }[] } | undefined;
  const planned = (plan?.steps ?? []).flatMap(({ actions }) =>
    (actions ?? []).flatMap(({ app }) => app ?? []),
  );
  return [...new Set([...named, ...planned])];
}
