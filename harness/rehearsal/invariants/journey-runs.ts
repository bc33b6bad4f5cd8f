import { setTimeout as pause } from 'node:timers/promises';
import type {
  HistoryEntry,
  Journey,
  JourneyAnswer,
  JourneyRequest,
  JourneyTools,
} from '../../model/journey.ts';
import { requestId } from '../../plumbing/request-tag.ts';

/** Journeys at once of each kind: enough that they meet, few enough for two cores. */
const lanes = 2;
const pauseMs = 100;
const timeoutMs = 15_000;
/** More answers than these are of no use to an invariant. */
const mostAnswers = 5000;

/** Runs journeys over and over against the stable addresses of services, and keeps every answer. */
export class JourneyRuns {
  readonly #addressOf: (service: string) => Promise<string>;
  readonly #tag: string | null;
  #sent = 0;
  readonly #addresses = new Map<string, Promise<string>>();
  readonly #history: HistoryEntry[] = [];
  readonly #prepared = new Map<Journey, Promise<unknown>>();

  /** `tag`: what the ids of its requests begin with; default: ids are left to the edge. */
  constructor(addressOf: (service: string) => Promise<string>, tag: string | null = null) {
    this.#addressOf = addressOf;
    this.#tag = tag;
  }

  /** Every answer so far, oldest first. */
  get history(): readonly HistoryEntry[] {
    return this.#history;
  }

  /** Tools that ask on behalf of a journey; what they are answered is part of the history unless `journey` is null. */
  tools(journey: Journey | null): JourneyTools {
    return { ask: (service, request) => this.#ask(journey, service, request) };
  }

  /** Runs every journey again and again while `work` goes on; resolves once the last one has ended. */
  async during(journeys: readonly Journey[], work: () => Promise<void>): Promise<void> {
    let over = false;
    const running = journeys.flatMap((journey) =>
      Array.from({ length: lanes }, async () => {
        const data = await this.#prepare(journey);
        while (!over) {
          await this.once(journey, data);
          await pause(pauseMs);
        }
      }),
    );
    const ended = Promise.all(running);
    try {
      await Promise.all(journeys.map((journey) => this.#prepare(journey)));
      await work();
    } finally {
      over = true;
      await ended;
    }
  }

  /** One run of one journey. A journey that throws because of an answer it did not expect ends there. */
  async once(journey: Journey, data?: unknown): Promise<void> {
    await journey
      .run({ ...this.tools(journey), data: data ?? (await this.#prepare(journey)) })
      .catch(() => {});
  }

  #prepare(journey: Journey): Promise<unknown> {
    const known = this.#prepared.get(journey);
    if (known !== undefined) return known;
    const prepared = journey.prepare?.(this.tools(journey)) ?? Promise.resolve(undefined);
    this.#prepared.set(journey, prepared);
    return prepared;
  }

  async #ask(journey: Journey | null, service: string, request: JourneyRequest): Promise<JourneyAnswer> {
    const { method = 'GET', path, label = `${method} ${path}` } = request;
    const answer = await this.#send(service, { ...request, method });
    if (journey !== null && this.#history.length < mostAnswers) {
      this.#history.push({
        journey: journey.name,
        atMs: Date.now(),
        service,
        label,
        method,
        path,
        ...answer,
      });
    }
    return answer;
  }

  #id(): Readonly<Record<string, string>> {
    return this.#tag === null ? {} : { 'x-request-id': requestId(this.#tag, process.pid, ++this.#sent) };
  }

  async #send(service: string, { method, path, headers, body }: JourneyRequest): Promise<JourneyAnswer> {
    const address = this.#addresses.get(service) ?? this.#addressOf(service);
    this.#addresses.set(service, address);
    try {
      const response = await fetch(new URL(path, await address), {
        ...(method === undefined ? {} : { method }),
        headers: {
          ...this.#id(),
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: parsed(await response.text()) };
    } catch {
      return { status: 0, body: null };
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
