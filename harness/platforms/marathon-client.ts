import type { Readable } from 'node:stream';
import type { AxiosRequestConfig } from 'axios';
import { readEvents } from './event-stream.ts';
import { type MarathonAccess, MarathonHttp } from './marathon-http.ts';
import type {
  DeploymentEnd,
  MarathonApp,
  MarathonDeployment,
  MarathonEvent,
  MarathonInfo,
  MarathonTask,
  QueuedApp,
  StartedDeployment,
} from './marathon-wire.ts';

/** An app or group definition as its authors wrote it; Marathon judges it. */
type Definition = object & { readonly id: string };

/** `force` supersedes deployments that are under way and in the way. */
export interface Change {
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Any Marathon, by its REST API. Every method throws `SG_MARATHON_FAILED`, naming the request and Marathon's own words,
 * unless it says otherwise.
 */
export class MarathonClient {
  readonly #http: MarathonHttp;

  constructor(access: MarathonAccess) {
    this.#http = new MarathonHttp(access);
  }

  /** What it is: its name, version and framework id. */
  info(signal?: AbortSignal): Promise<MarathonInfo> {
    return this.#ask({ url: '/v2/info', ...(signal === undefined ? {} : { signal }) });
  }

  /** With their tasks. `idPart` and `labelSelector` filter as Marathon's `id` and `label` do. */
  async apps(
    filter: { readonly idPart?: string; readonly labelSelector?: string } = {},
  ): Promise<readonly MarathonApp[]> {
    const params = { embed: 'apps.tasks', id: filter.idPart, label: filter.labelSelector };
    return (await this.#ask<{ apps: MarathonApp[] }>({ url: '/v2/apps', params })).apps;
  }

  /** With its tasks and counts; null when there is none. */
  async app(id: string): Promise<MarathonApp | null> {
    const params = { embed: ['app.tasks', 'app.counts', 'app.deployments', 'app.lastTaskFailure'] };
    return (await this.#find<{ app: MarathonApp }>({ url: `/v2/apps${absolute(id)}`, params }))?.app ?? null;
  }

  /** Creates the app, or replaces its whole definition. */
  putApp(definition: Definition, change: Change = {}): Promise<StartedDeployment> {
    return this.#change(
      { method: 'put', url: `/v2/apps${absolute(definition.id)}`, data: definition },
      change,
    );
  }

  /** Changes the members that `members` names, and leaves the others as they are. */
  patchApp(id: string, members: object, change: Change = {}): Promise<StartedDeployment> {
    return this.#change({ method: 'patch', url: `/v2/apps${absolute(id)}`, data: members }, change);
  }

  scale(id: string, instances: number, change: Change = {}): Promise<StartedDeployment> {
    return this.patchApp(id, { instances }, change);
  }

  /** Replaces every task by one of the same definition, as a new version does. */
  restart(id: string, change: Change = {}): Promise<StartedDeployment> {
    return this.#change({ method: 'post', url: `/v2/apps${absolute(id)}/restart` }, change);
  }

  deleteApp(id: string, change: Change = {}): Promise<StartedDeployment> {
    return this.#change({ method: 'delete', url: `/v2/apps${absolute(id)}` }, change);
  }

  /** Creates the group with its apps, or replaces what it holds. */
  putGroup(group: Definition, change: Change = {}): Promise<StartedDeployment> {
    return this.#change({ method: 'put', url: `/v2/groups${absolute(group.id)}`, data: group }, change);
  }

  deleteGroup(id: string, change: Change = {}): Promise<StartedDeployment> {
    return this.#change({ method: 'delete', url: `/v2/groups${absolute(id)}` }, change);
  }

  deployments(): Promise<readonly MarathonDeployment[]> {
    return this.#ask({ url: '/v2/deployments' });
  }

  /** Without `force` a new deployment takes the change back; with it the old one just ends where it is. */
  cancelDeployment(id: string, change: Change = {}): Promise<StartedDeployment | ''> {
    return this.#change({ method: 'delete', url: `/v2/deployments/${id}` }, change);
  }

  async tasks(appId: string): Promise<readonly MarathonTask[]> {
    return (await this.#ask<{ tasks: MarathonTask[] }>({ url: `/v2/apps${absolute(appId)}/tasks` })).tasks;
  }

  /** Apps that tasks are to be started for, with what became of the offers they were tried on. */
  async queue(): Promise<readonly QueuedApp[]> {
    return (await this.#ask<{ queue: QueuedApp[] }>({ url: '/v2/queue' })).queue;
  }

  /** Marathon starts another in its place, unless `scale` tells it to want one less. */
  async killTasks(
    ids: readonly string[],
    { scale = false }: { readonly scale?: boolean } = {},
  ): Promise<void> {
    await this.#ask({ method: 'post', url: '/v2/tasks/delete', params: { scale }, data: { ids } });
  }

  /** Resolves once subscribed, so nothing that is asked afterwards is missed. Ends with the signal, or with the connection. */
  async events(signal: AbortSignal, types: readonly string[] = []): Promise<AsyncIterable<MarathonEvent>> {
    const body = await this.#ask<Readable>({
      url: '/v2/events',
      params: types.length === 0 ? {} : { event_type: types },
      headers: { accept: 'text/event-stream' },
      responseType: 'stream',
      timeout: 0,
      signal,
    });
    return readEvents(body, signal);
  }

  /**
   * Waits until the deployment is over; subscribes anew when the connection breaks.
   * @throws the signal's reason when it aborts first
   */
  async waitForDeployment(
    id: string,
    { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent?: (event: MarathonEvent) => void },
  ): Promise<DeploymentEnd> {
    for (;;) {
      signal.throwIfAborted();
      const connection = new AbortController();
      try {
        const events = await this.events(AbortSignal.any([signal, connection.signal]));
        const running = await this.deployments();
        if (!running.some((deployment) => deployment.id === id)) return 'gone';
        for await (const event of events) {
          onEvent?.(event);
          const end = event.id === id ? endings.get(event.eventType) : undefined;
          if (end !== undefined) return end;
        }
      } finally {
        connection.abort();
      }
    }
  }

  #change<T>(request: AxiosRequestConfig, { force = false, signal }: Change): Promise<T> {
    return this.#ask({ ...request, params: { ...request.params, force }, signal });
  }

  async #find<T>(request: AxiosRequestConfig): Promise<T | null> {
    const accepts = (status: number): boolean => status < 300 || status === 404;
    const answer = await this.#http.send<T>({ ...request, validateStatus: accepts });
    return answer.status === 404 ? null : answer.data;
  }

  async #ask<T>(request: AxiosRequestConfig): Promise<T> {
    return (await this.#http.send<T>(request)).data;
  }
}

const endings: ReadonlyMap<string, DeploymentEnd> = new Map([
  ['deployment_success', 'succeeded'],
  ['deployment_failed', 'failed'],
]);

function absolute(id: string): string {
  return id.startsWith('/') ? id : `/${id}`;
}
