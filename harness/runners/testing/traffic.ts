/** What callers saw while something happened. */
export interface Traffic {
  readonly ok: number;
  readonly failed: number;
  /** One line per kind of failure, with how often it happened: `3 x status 503`. */
  readonly failures: readonly string[];
}

const lanes = 4;

/**
 * Asks `url` with a GET over and over while `action` runs, and once before and after it. Any answer below 500 is ok;
 * no answer is not.
 *
 * @example
 * const traffic = await trafficDuring(`${system().url('catalog')}/products`, () => system().roll('catalog'));
 * expect(traffic).toMatchObject({ failed: 0 });
 */
export async function trafficDuring(url: string, action: () => Promise<unknown>): Promise<Traffic> {
  const failures = new Map<string, number>();
  let ok = 0;
  let over = false;
  const ask = async (): Promise<void> => {
    const failure = await failureOf(url);
    if (failure === undefined) ok++;
    else failures.set(failure, (failures.get(failure) ?? 0) + 1);
  };
  await ask();
  const running = Array.from({ length: lanes }, async () => {
    while (!over) await ask();
  });
  try {
    await action();
  } finally {
    over = true;
    await Promise.all(running);
  }
  await ask();
  return {
    ok,
    failed: [...failures.values()].reduce((sum, times) => sum + times, 0),
    failures: [...failures].map(([failure, times]) => `${times} x ${failure}`),
  };
}

async function failureOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.status < 500 ? undefined : `status ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
