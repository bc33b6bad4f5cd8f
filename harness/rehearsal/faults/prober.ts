import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceConfig } from '../../config/index.ts';
import type { FaultKind, Probe } from '../../model/recording.ts';
import type { Dependency, Replica } from '../replica/replica.ts';
import { HttpClient, type OutgoingRequest } from '../traffic/client.ts';
import type { RequestSamples } from '../traffic/samples.ts';
import { checkPaths } from '../traffic/templates.ts';

export interface ProberOptions {
  readonly replica: Replica;
  readonly samples: RequestSamples;
  readonly requestIdPrefix: string;
  readonly now: () => number;
}

/** Cut off before: a dependency that hangs is let go earlier. */
const deadlineMs = 20_000;
/** Clients of databases queue: how long they wait for a store that is gone is no sign of a fault. */
const storeTimeoutMs = 1_000;
const checkTimeoutMs = 3_000;
const askAgainMs = 250;

/** Asks tasks directly, without the edge: are you alive, are you ready, what do you answer? */
export class Prober implements Disposable {
  readonly probes: Probe[] = [];
  readonly #options: ProberOptions;
  readonly #client = new HttpClient();
  #count = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Asks one task of the service; resolves once all is answered or the time is over. */
  async ask(
    service: ServiceConfig,
    about: {
      readonly dependency: Dependency;
      readonly fault: FaultKind | null;
      readonly phase: Probe['phase'];
    },
  ): Promise<readonly Probe[]> {
    const { replica, samples } = this.#options;
    const tasks = await replica.marathon.tasks(replica.appIdOf(service.name));
    const task = tasks.find(({ state, ports }) => state === 'TASK_RUNNING' && ports.length > 0);
    if (task === undefined) return [];
    const address = `http://${task.host}:${task.ports[0]}`;
    const { dependency, fault, phase } = about;
    const isStore = dependency.kind === 'store';
    const common = {
      service: service.name,
      dependency: dependency.name,
      dependencyKind: dependency.kind,
      fault,
      phase,
    };
    const asked = await Promise.all([
      ...checkPaths(service).map(({ kind, path }) =>
        this.#probe(
          { ...common, kind, label: `GET ${path}` },
          address,
          plainGet(path),
          isStore && kind === 'ready' ? storeTimeoutMs : checkTimeoutMs,
        ),
      ),
      ...samples
        .of(service.name)
        .map(({ label, request }) =>
          this.#probe(
            { ...common, kind: 'request', label },
            address,
            request,
            isStore ? storeTimeoutMs : deadlineMs,
          ),
        ),
    ]);
    this.probes.push(...asked);
    return asked;
  }

  /** Asks until the service is ready and answers everything without a failure; false when that takes too long. */
  async untilWell(service: ServiceConfig, dependency: Dependency, withinMs: number): Promise<boolean> {
    const { now } = this.#options;
    const until = now() + withinMs;
    for (;;) {
      const asked = await this.ask(service, { dependency, fault: null, phase: 'after' });
      if (asked.length > 0 && asked.every(({ status }) => status !== null && status < 500)) return true;
      if (now() > until) return false;
      await pause(askAgainMs);
    }
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  async #probe(
    what: Omit<Probe, 'atMs' | 'durationMs' | 'status'>,
    address: string,
    request: OutgoingRequest,
    timeoutMs: number,
  ): Promise<Probe> {
    const { now, requestIdPrefix } = this.#options;
    const atMs = now();
    const headers = { ...request.headers, 'x-request-id': `${requestIdPrefix}probe-${this.#count++}` };
    const { status } = await this.#client.send(address, { ...request, headers }, timeoutMs);
    return { ...what, atMs, durationMs: now() - atMs, status };
  }
}

function plainGet(path: string): OutgoingRequest {
  return { method: 'GET', path, headers: {}, body: null, holdBodyMs: 0 };
}
