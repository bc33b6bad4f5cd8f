import { setTimeout as delay } from 'node:timers/promises';

/** Brings the provider into a state before an interaction is replayed; what it returns fills in generated values. */
export type StateHandler = (params: Readonly<Record<string, unknown>>) => Promise<unknown> | unknown;

/** Produces the message that a consumer expects, by the provider's own code; of a synchronous one, from its request. */
export type MessageProducer = (request?: unknown) => Promise<unknown> | unknown;

/** A message with metadata, as {@link withMetadata} makes it. */
class MessageWithMetadata {
  readonly contents: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  constructor(contents: unknown, metadata: Readonly<Record<string, unknown>>) {
    this.contents = contents;
    this.metadata = metadata;
  }
}

/** A produced message that has metadata too: `withMetadata({ id }, { topic: 'orders' })`. */
export function withMetadata(contents: unknown, metadata: Readonly<Record<string, unknown>>): unknown {
  return new MessageWithMetadata(contents, metadata);
}

/** A provider suite's handlers, called so that whatever they do becomes an outcome. */
export interface Handlers {
  setState(name: string, params: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<StateOutcome>;
  produce(description: string, request: unknown, timeoutMs: number): Promise<MessageOutcome>;
  /** Names of handlers and producers that no interaction asked for. */
  unused(): string[];
}

export interface StateOutcome {
  readonly values?: unknown;
  /** Why the state was not set. */
  readonly trouble?: string;
}

export interface MessageOutcome {
  readonly contents: string | Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly trouble?: string;
  /** There is no producer: nothing is known of the provider. */
  readonly missing?: boolean;
}

export function handlersOf(
  provider: string,
  states: Readonly<Record<string, StateHandler>>,
  messages: Readonly<Record<string, MessageProducer>>,
): Handlers {
  const used = new Set<string>();
  return {
    async setState(name, params, timeoutMs) {
      used.add(`state "${name}"`);
      const handler = Object.hasOwn(states, name) ? states[name] : undefined;
      if (handler === undefined)
        return { trouble: `${provider} has no handler for the provider state "${name}"` };
      const called = await call(async () => handler(params), timeoutMs);
      if (called.kind === 'failed')
        return { trouble: `the handler of the provider state "${name}" ${called.because}` };
      return { values: isRecord(called.value) ? called.value : {} };
    },
    async produce(description, request, timeoutMs) {
      used.add(`message "${description}"`);
      const producer = Object.hasOwn(messages, description) ? messages[description] : undefined;
      const called: Called =
        producer === undefined
          ? { kind: 'failed', because: 'is missing' }
          : await call(async () => producer(request), timeoutMs);
      if (called.kind === 'done') return written(called.value);
      return {
        contents: 'null',
        contentType: 'application/json',
        metadata: {},
        missing: producer === undefined,
        trouble: `the producer of the message "${description}" ${called.because}`,
      };
    },
    unused: () =>
      [
        ...Object.keys(states).map((name) => `state "${name}"`),
        ...Object.keys(messages).map((name) => `message "${name}"`),
      ].filter((name) => !used.has(name)),
  };
}

type Called =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly because: string };

async function call(run: () => Promise<unknown>, timeoutMs: number): Promise<Called> {
  const late = new AbortController();
  try {
    return await Promise.race([
      run().then((value): Called => ({ kind: 'done', value })),
      delay<Called>(
        timeoutMs,
        { kind: 'failed', because: `did not end within ${timeoutMs} ms` },
        { signal: late.signal },
      ),
    ]);
  } catch (error) {
    return { kind: 'failed', because: `threw ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    late.abort();
  }
}

/** Bytes as they are, text as text, everything else as JSON; metadata may name another type. */
function written(value: unknown): MessageOutcome {
  const { contents, metadata } =
    value instanceof MessageWithMetadata ? value : { contents: value, metadata: {} };
  const named = metadata.contentType ?? metadata['content-type'];
  const type = (fallback: string): string => (typeof named === 'string' ? named : fallback);
  if (contents instanceof Uint8Array)
    return { contents: Buffer.from(contents), contentType: type('application/octet-stream'), metadata };
  if (typeof contents === 'string' && named !== undefined && !type('').includes('json'))
    return { contents, contentType: type(''), metadata };
  return { contents: JSON.stringify(contents ?? null), contentType: type('application/json'), metadata };
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
