/**
 * One thing that users do, in steps, as the rehearsal's traffic: many run at once, and they go on while versions change.
 * `Data` is what `prepare` made once.
 */
export interface Journey<Data = unknown> {
  /** As a sentence: `a shopper buys one`. */
  readonly name: string;
  /** It changes nothing, so that it may be sent to production as well. Default false. */
  readonly readOnly?: boolean;
  /** How many start per second; default 5. */
  readonly perSecond?: number;
  /** Makes what every run needs; it runs once, before the first. */
  prepare?(tools: JourneyTools): Promise<Data>;
  /** One user's way. An answer that is not what the journey needs is recorded as its end, never thrown. */
  run(tools: JourneyTools & { readonly data: Data }): Promise<void>;
}

export interface JourneyTools {
  /** Sends one request to a service through its stable address; every request is recorded. */
  ask(service: string, request: JourneyRequest): Promise<JourneyAnswer>;
}

export interface JourneyRequest {
  /** Default GET. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What requests of this kind are called in reports; default method and path. Leave ids out of it. */
  readonly label?: string;
}

export interface JourneyAnswer {
  /** 0: there was no answer. */
  readonly status: number;
  /** The body, parsed where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a journey knows the services it asks
  readonly body: any;
}

/**
 * What must hold whatever happened to the system, judged from what the journeys were answered and what the services say now.
 */
export interface Invariant {
  /** As a sentence: `an order is charged once`. */
  readonly name: string;
  /** Null when it holds, else what contradicts it. Asked again for a while, as some things take their time. */
  check(tools: InvariantTools): Promise<string | null>;
}

export interface InvariantTools extends JourneyTools {
  /** Every answer that journeys had so far, oldest first. */
  readonly history: readonly HistoryEntry[];
  /** What was done to the system so far, oldest first. */
  readonly disturbances: readonly Disturbance[];
}

/** A task of a service was killed without warning. */
export interface Disturbance {
  readonly service: string;
  readonly atMs: number;
}

export interface HistoryEntry extends JourneyAnswer {
  readonly journey: string;
  /** When the answer came. Milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly service: string;
  readonly label: string;
  readonly method: string;
  readonly path: string;
}
