import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { type Marathon, type MarathonOptions, startMarathon } from '../index.ts';
import { FakeMesos } from './fake-mesos.ts';
import type { FakeAgent } from './fake-offers.ts';

/** An event as a reader of the stream sees it. */
export interface SeenEvent {
  readonly eventType: string;
  readonly [member: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  readonly body: any;
}

/** Small against every interval of the API, so that what happens is seen in its time. */
const virtualStepMs = 5;

export const twoAgents: readonly FakeAgent[] = [
  { hostname: 'one.test', cpus: 8, mem: 8192 },
  { hostname: 'two.test', cpus: 8, mem: 8192 },
];

/** A Marathon on a fake Mesos, used through its HTTP door only. */
export class Rig implements AsyncDisposable {
  readonly mesos: FakeMesos;
  readonly seen: SeenEvent[] = [];
  readonly #stateDir = mkdtempSync(join(tmpdir(), 'stagegate-marathon-'));
  readonly #options: Partial<MarathonOptions>;
  readonly #waiting = new Set<() => void>();
  #marathon: Marathon | null = null;
  #stream: AbortController | null = null;

  private constructor(agents: readonly FakeAgent[], options: Partial<MarathonOptions>) {
    this.mesos = new FakeMesos(agents);
    this.#options = options;
    this.mesos.onCall = () => this.#wake();
  }

  static async start(
    options: Partial<MarathonOptions> & { readonly agents?: readonly FakeAgent[] } = {},
  ): Promise<Rig> {
    const { agents = twoAgents, ...rest } = options;
    const rig = new Rig(agents, rest);
    await rig.startMarathon();
    return rig;
  }

  /** Again after {@link stopMarathon}: with the same state directory. */
  async startMarathon(): Promise<void> {
    this.#marathon = await startMarathon({
      mesosUrl: new URL('http://127.0.0.1:5050'),
      stateDir: this.#stateDir,
      connection: this.mesos,
      ...this.#options,
    });
    await this.#follow();
  }

  async stopMarathon(): Promise<void> {
    this.#stream?.abort();
    await this.#marathon?.[Symbol.asyncDispose]();
    this.#marathon = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopMarathon();
    rmSync(this.#stateDir, { recursive: true, force: true });
  }

  get url(): string {
    return (this.#marathon?.url.href ?? '').replace(/\/$/, '');
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** Makes a change that must be accepted, and waits until its deployment has succeeded. */
  async deploy(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(method, path, body);
    const id = answer.headers.get('marathon-deployment-id');
    if (id === null)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    await this.event((event) => event.eventType === 'deployment_success' && event.id === id);
    return answer;
  }

  /** The first event, past or future, that fits. */
  event(fits: (event: SeenEvent) => boolean): Promise<SeenEvent> {
    return this.until(() => this.seen.find(fits));
  }

  /** Waits until `find` finds something; asked again after every event and every call to Mesos. With a virtual clock, time goes on meanwhile. */
  async until<T>(find: () => T | undefined | Promise<T | undefined>, stepMs = virtualStepMs): Promise<T> {
    const { clock } = this.#options;
    for (;;) {
      const found = await find();
      if (found !== undefined) return found;
      if (clock instanceof VirtualClock) await clock.advance(stepMs);
      else await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async #follow(): Promise<void> {
    const stream = new AbortController();
    this.#stream = stream;
    const response = await fetch(`${this.url}/v2/events`, {
      headers: { accept: 'text/event-stream', ...authorizationOf(this.#options) },
      signal: stream.signal,
    });
    void this.#read(response).catch(() => {});
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  async #read(response: Response): Promise<void> {
    const parser = createParser({
      onEvent: ({ data }) => {
        this.seen.push(JSON.parse(data));
        this.#wake();
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
  }
}

function authorizationOf({ credentials }: Partial<MarathonOptions>): Record<string, string> {
  if (credentials === undefined) return {};
  return { authorization: `Basic ${btoa(`${credentials.user}:${credentials.password}`)}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
