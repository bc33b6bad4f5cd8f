export interface Traffic {
  /** Resolves once this many more requests have been answered since the call. */
  answered(count: number): Promise<void>;
  /** Lets the running requests end. Resolves to the status of each request ever sent, or why it got no answer. */
  stop(): Promise<readonly (number | string)[]>;
}

/** Sends requests one after another on `lanes` lanes until it is stopped. */
export function startTraffic(send: () => Promise<{ status: number }>, lanes = 4): Traffic {
  const outcomes: (number | string)[] = [];
  const waiting = new Set<{ until: number; resolve: () => void }>();
  let stopping = false;

  const lane = async () => {
    while (!stopping) {
      outcomes.push(
        await send().then(
          ({ status }) => status,
          (error: unknown) => String(error),
        ),
      );
      for (const one of waiting) if (outcomes.length >= one.until) one.resolve();
    }
  };
  const running = Promise.all(Array.from({ length: lanes }, lane));

  return {
    answered: (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add({ until: outcomes.length + count, resolve });
      return promise;
    },
    stop: async () => {
      stopping = true;
      await running;
      return outcomes;
    },
  };
}
