import type {
  HistoryEntry,
  Journey,
  JourneyAnswer,
  JourneyRequest,
  JourneyTools,
} from '../../model/journey.ts';
import type { SentRequest } from '../../model/recording.ts';
import { type Answer, HttpClient, type OutgoingRequest } from './client.ts';
import { heldMark } from './held-mark.ts';
import { type OpenLoop, startOpenLoop } from './open-loop.ts';
import type { RequestSamples } from './samples.ts';
import type { RequestTemplate } from './template.ts';

export interface TrafficOptions {
  /** Stable address of a service, as this process reaches it. */
  readonly addressOf: (service: string) => string;
  readonly templates: readonly RequestTemplate[];
  readonly journeys: readonly Journey[];
  /** Most requests per second to each service, from its templates; fewer where the machine is slow. */
  readonly perSecond: number;
  readonly requestIdPrefix: string;
  readonly now: () => number;
  /** Asked once a second beside the rest: it says how fast the machine is. */
  readonly health: readonly RequestTemplate[];
  /** Told of what journeys send. */
  readonly onRequest: (service: string, request: OutgoingRequest) => void;
}

/** One request or journey that the version in place could not answer. */
export interface Dropped {
  readonly service: string;
  readonly label: string;
  readonly because: string;
}

/** Every this many requests with a body take their time, so that some are under way whenever a task is told to end. */
const slowEvery = 4;
const holdBodyMs = 700;
/** Journeys keep no more answers than this for invariants. */
const mostHistory = 20_000;
const calibrationTries = 3;
const soakClients = 2;
/** Of one kind at once: more would only wait, on a machine that is busy. */
const mostUnderWay = 3;
const healthPerSecond = 2;
/** Services are warm after this, and their pace can be measured. */
const warmUpMs = 1_500;

/** Steady open-loop traffic to all services, everything recorded. */
export class Traffic implements AsyncDisposable {
  readonly requests: SentRequest[] = [];
  readonly history: HistoryEntry[] = [];
  readonly dropped: Dropped[] = [];
  /** How late each request was sent, in milliseconds. */
  readonly late: number[] = [];
  readonly #options: TrafficOptions;
  readonly #client = new HttpClient();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #data = new Map<Journey, unknown>();
  #templates: readonly RequestTemplate[];
  #journeys: readonly Journey[];
  /** Per second; by service, and by journey. */
  readonly #rates = new Map<string | Journey, number>();
  #loops: readonly OpenLoop[] = [];
  #count = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#templates = options.templates;
    this.#journeys = options.journeys;
  }

  /** Services that are sent anything. */
  get services(): readonly string[] {
    return [...new Set(this.#templates.map(({ service }) => service))];
  }

  /**
   * Lets journeys make what they need, sends everything a few times, and drops what never gets a proper answer: it is no test of
   * a version that comes later. What is left is sent for a while, one after another, to find the rate that this machine can hold:
   * an overloaded service fails through no fault of its own.
   */
  async calibrate(services: readonly string[]): Promise<void> {
    const templates = await Promise.all(
      this.#options.templates
        .filter(({ service }) => services.includes(service))
        .map(async (template) => ((await this.#isAnswered(template)) ? [template] : [])),
    );
    this.#templates = templates.flat();
    const { perSecond } = this.#options;
    await Promise.all(
      this.services.map(async (service) => {
        const own = this.#templates.filter((template) => template.service === service);
        const tookMs = await this.#warmUp(async (turn) => {
          const template = own[turn % own.length];
          if (template !== undefined) await this.#send(template, template.make(), this.#options.now());
        });
        this.#rates.set(service, paceFor(tookMs, perSecond));
      }),
    );
    const journeys = await Promise.all(
      this.#options.journeys.map(async (journey) => ((await this.#prepare(journey)) ? [journey] : [])),
    );
    this.#journeys = journeys.flat();
    await Promise.all(
      this.#journeys.map(async (journey) => {
        const tookMs = await this.#warmUp(() => this.#travel(journey));
        this.#rates.set(journey, paceFor(tookMs, journey.perSecond ?? defaultPerSecond));
      }),
    );
  }

  start(): void {
    const { now } = this.#options;
    const direct = this.services.map((service) => {
      const templates = this.#templates.filter((template) => template.service === service);
      let turn = 0;
      return startOpenLoop({
        perSecond: this.#rates.get(service) ?? 1,
        now,
        start: this.#bounded((atMs) => {
          const template = templates[turn++ % templates.length];
          return template === undefined ? Promise.resolve() : this.#sendTemplate(template, atMs);
        }),
      });
    });
    const users = this.#journeys.map((journey) =>
      startOpenLoop({
        perSecond: this.#rates.get(journey) ?? 1,
        now,
        start: this.#bounded(() => this.#travel(journey)),
      }),
    );
    const health = this.#options.health.map((template) =>
      startOpenLoop({
        perSecond: healthPerSecond,
        now,
        start: this.#bounded((atMs) => this.#sendTemplate(template, atMs)),
      }),
    );
    this.#loops = [...direct, ...users, ...health];
  }

  /**
   * Asks every service as fast as it answers, a few requests at once, until it has had enough or the time is over: a rare failure
   * and a small leak are seen only among many requests.
   */
  async soak(
    isEnough: (service: string) => boolean,
    { mostMs, samples }: { readonly mostMs: number; readonly samples: RequestSamples },
  ): Promise<void> {
    const { now } = this.#options;
    const until = now() + mostMs;
    const client = async (service: string): Promise<void> => {
      const own = this.#templates
        .filter((template) => template.service === service)
        .map(({ label, make }) => () => ({ label, request: make() }));
      for (let turn = 0; now() < until && !isEnough(service); turn++) {
        // What it was really sent says more than what was agreed on, which finds no data.
        const real = samples.of(service);
        const choice = real.length > 0 ? real : own.map((make) => make());
        const { label, request } = choice[turn % choice.length] ?? {};
        if (label === undefined || request === undefined) return;
        await this.#send({ service, label }, request, now());
      }
    };
    const clients = this.services.flatMap((service) =>
      Array.from({ length: soakClients }, () => client(service)),
    );
    await Promise.all(clients);
  }

  /** Starts nothing more; resolves once what is under way has ended. */
  async pause(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    this.#loops = [];
    await Promise.all(this.#underWay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    this.#client[Symbol.dispose]();
  }

  async #prepare(journey: Journey): Promise<boolean> {
    const answers: NamedAnswer[] = [];
    try {
      const tools = this.#tools(journey.name, (answer) => answers.push(answer));
      const data = await journey.prepare?.(tools);
      this.#data.set(journey, data);
      await journey.run({ ...tools, data });
      const bad = answers.find(isFailure);
      if (bad === undefined) return true;
      this.#drop(bad.service, journey.name, `${bad.label}: ${wordOf(bad)}`);
    } catch (error) {
      const [first] = answers;
      this.#drop(first?.service ?? '', journey.name, error instanceof Error ? error.message : String(error));
    }
    return false;
  }

  /** Does one after another for a while; resolves to how long one took, in the middle. */
  async #warmUp(work: (turn: number) => Promise<void>): Promise<number> {
    const { now } = this.#options;
    const until = now() + warmUpMs;
    const took: number[] = [];
    while (now() < until) {
      const began = now();
      await work(took.length);
      took.push(now() - began);
    }
    const warm = took.slice(Math.floor(took.length / 2)).toSorted((a, b) => a - b);
    return warm[Math.floor(warm.length / 2)] ?? warmUpMs;
  }

  async #isAnswered(template: RequestTemplate): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#send(template, template.make(), this.#options.now());
      if (!isFailure({ status: answer.status ?? 0 })) return true;
      if (tries === calibrationTries) {
        this.#drop(template.service, template.label, wordOf({ status: answer.status ?? 0 }));
        return false;
      }
    }
  }

  #drop(service: string, label: string, because: string): void {
    this.dropped.push({ service, label, because });
  }

  /** Starts nothing while too much of it is under way: users do not wait for each other, and a busy machine is no test. */
  #bounded(work: (atMs: number) => Promise<void>): (atMs: number) => void {
    let underWay = 0;
    return (atMs) => {
      if (underWay >= mostUnderWay) return;
      underWay += 1;
      this.#track(
        work(atMs).finally(() => {
          underWay -= 1;
        }),
      );
    };
  }

  #track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #sendTemplate(template: RequestTemplate, atMs: number): Promise<void> {
    await this.#send(template, this.#sometimesHeld(template.make()), atMs);
  }

  async #travel(journey: Journey): Promise<void> {
    // What a journey cannot go on with was recorded as the answer that stopped it.
    await journey.run({ ...this.#tools(journey.name), data: this.#data.get(journey) }).catch(() => {});
  }

  #tools(journey: string, onAnswer: (answer: NamedAnswer) => void = () => {}): JourneyTools {
    return {
      ask: async (service, request) => {
        const label = request.label ?? `${request.method ?? 'GET'} ${request.path}`;
        const plain = outgoingOf(request);
        this.#options.onRequest(service, plain);
        const outgoing = this.#sometimesHeld(plain);
        const answer = await this.#send({ service, label }, outgoing, this.#options.now());
        const result: JourneyAnswer =
          answer.status === null
            ? { status: 0, body: null }
            : { status: answer.status, body: parsed(answer.body) };
        onAnswer({ ...result, service, label });
        if (this.history.length < mostHistory) {
          const { method = 'GET', path } = request;
          this.history.push({ journey, atMs: Date.now(), service, label, method, path, ...result });
        }
        return result;
      },
    };
  }

  #sometimesHeld(request: OutgoingRequest): OutgoingRequest {
    const held = (request.body?.length ?? 0) > 1 && this.#count % slowEvery === 0;
    return held ? { ...request, holdBodyMs } : request;
  }

  async #send(
    { service, label }: Pick<RequestTemplate, 'service' | 'label'>,
    request: OutgoingRequest,
    atMs: number,
  ): Promise<Answer> {
    const { now, addressOf, requestIdPrefix } = this.#options;
    const id = `${requestIdPrefix}${this.#count++}${request.holdBodyMs > 0 ? heldMark : ''}`;
    this.late.push(now() - atMs);
    const headers = { ...request.headers, 'x-request-id': id };
    const answer = await this.#client.send(addressOf(service), { ...request, headers });
    this.requests.push({
      id,
      service,
      label,
      atMs,
      durationMs: now() - atMs,
      status: answer.status,
      ...(answer.status === null ? { failure: answer.failure } : {}),
      echoed: answer.status !== null && answer.requestId === id,
    });
    return answer;
  }
}

const defaultPerSecond = 5;

type NamedAnswer = JourneyAnswer & { readonly service: string; readonly label: string };

/** Of the time that one client has; there are several services and journeys. */
const busyShare = 0.12;
const leastPerSecond = 0.5;

function paceFor(tookMs: number, mostPerSecond: number): number {
  return Math.max(leastPerSecond, Math.min(mostPerSecond, (busyShare * 1000) / Math.max(tookMs, 1)));
}

function isFailure({ status }: { readonly status: number }): boolean {
  return status === 0 || status >= 500;
}

function wordOf({ status }: { readonly status: number }): string {
  return status === 0 ? 'no answer' : `answered ${status}`;
}

function outgoingOf({ method = 'GET', path, headers = {}, body }: JourneyRequest): OutgoingRequest {
  const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    method,
    path,
    headers: { ...json, ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    holdBodyMs: 0,
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
