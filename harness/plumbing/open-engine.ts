import type Docker from 'dockerode';

const answerWithinMs = 3_000;

/** The Docker engine that the environment names. Its client is loaded when it is needed: most commands need none. */
export async function openEngine(): Promise<Docker> {
  const { default: Engine } = await import('dockerode');
  return new Engine();
}

/** Why no Docker engine answers within three seconds; null when one does. */
export async function whyNoEngine(): Promise<Error | null> {
  const { default: Engine } = await import('dockerode');
  return new Engine({ timeout: answerWithinMs }).ping().then(
    () => null,
    (error: Error) => error,
  );
}
