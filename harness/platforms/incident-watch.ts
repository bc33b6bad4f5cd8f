import type { Incident } from '../model/index.ts';
import type { MarathonClient } from './marathon-client.ts';
import type { MarathonEvent } from './marathon-wire.ts';

/** Enough for any run; the oldest go first. */
const mostIncidents = 2000;
const againMs = 500;
const deadStates = new Set([
  'TASK_FAILED',
  'TASK_FINISHED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_GONE',
  'TASK_DROPPED',
]);

/** Remembers what happens to tasks on a Marathon that nobody asked for, from when it is opened until it is disposed. */
export class IncidentWatch implements Disposable {
  readonly #incidents: Incident[] = [];
  readonly #unhealthy = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #ended = new AbortController();

  /** Resolves once nothing can be missed. */
  static async open(marathon: Pick<MarathonClient, 'events'>): Promise<IncidentWatch> {
    const watch = new IncidentWatch();
    void watch.#follow(marathon, await marathon.events(watch.#ended.signal, types));
    return watch;
  }

  /** What happened from a moment on, in milliseconds since the Unix epoch, in its order. */
  since(ms: number): readonly Incident[] {
    return this.#incidents.filter(({ at }) => Date.parse(at) >= ms);
  }

  /** Whoever ends a task on purpose says so first: its end is then no incident. */
  expectEnd(taskId: string): void {
    this.#asked.add(taskId);
  }

  async #follow(
    marathon: Pick<MarathonClient, 'events'>,
    first: AsyncIterable<MarathonEvent>,
  ): Promise<void> {
    const { signal } = this.#ended;
    for (let events: AsyncIterable<MarathonEvent> | null = first; !signal.aborted; ) {
      for await (const event of events ?? []) this.#take(event);
      if (signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, againMs).unref());
      events = await marathon.events(signal, types).catch(() => null);
    }
  }

  #take(event: MarathonEvent): void {
    const incident = incidentOf(event, this.#unhealthy);
    if (incident === null || this.#asked.has(incident.taskId)) return;
    if (incident.what === 'unhealthy') this.#unhealthy.add(incident.taskId);
    else this.#unhealthy.delete(incident.taskId);
    this.#incidents.push(incident);
    if (this.#incidents.length > mostIncidents) this.#incidents.shift();
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
  }
}

const types = ['status_update_event', 'instance_health_changed_event', 'unhealthy_instance_kill_event'];

/** What an event says that nobody asked for; null when it says nothing of the kind. `unhealthy` holds tasks known to be. */
export function incidentOf(event: MarathonEvent, unhealthy: ReadonlySet<string>): Incident | null {
  const appId = String(event.appId ?? event.runSpecId ?? '');
  const taskId = String(event.taskId ?? event.instanceId ?? '');
  const parts = appId.split('/');
  const about = {
    service: parts.at(-1) ?? '',
    environment: parts[1] ?? '',
    appId,
    taskId,
    at: event.timestamp,
  };
  switch (event.eventType) {
    case 'status_update_event': {
      const state = String(event.taskStatus);
      const message = `${state}: ${String(event.message ?? '')}`;
      if (deadStates.has(state)) return { ...about, what: 'died', message };
      // A task that was told to end and did not: SIGKILL came after its grace period.
      return state === 'TASK_KILLED' && /signal Killed|SIGKILL|status 137/.test(message)
        ? { ...about, what: 'killed-late', message: `${message} (it did not end within its grace period)` }
        : null;
    }
    case 'unhealthy_instance_kill_event':
      return {
        ...about,
        what: 'died',
        message: `Marathon killed it: ${String(event.reason ?? 'unhealthy')}`,
      };
    case 'instance_health_changed_event':
      if (event.healthy === false) return { ...about, what: 'unhealthy', message: 'its health check fails' };
      return event.healthy === true && unhealthy.has(taskId)
        ? { ...about, what: 'recovered', message: 'its health check passes again' }
        : null;
    default:
      return null;
  }
}
