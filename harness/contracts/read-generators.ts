/** One value of an answer that is made anew each time, instead of the one in the example. */
export interface Generator {
  readonly part: 'body' | 'header';
  /** Into the body, or the header's name. */
  readonly path: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Reads `generators` of a response, as specification 3 and 4 write them. */
export function readGenerators(written: unknown): readonly Generator[] {
  const parts = record(written);
  const of = (part: Generator['part'], list: unknown): readonly Generator[] =>
    Object.entries(record(list)).map(([path, one]) => {
      const { type, ...settings } = record(one);
      return { part, path, type: String(type ?? ''), settings };
    });
  return [...of('body', parts.body), ...of('header', parts.header ?? parts.headers)];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
