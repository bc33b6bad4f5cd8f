import type Docker from 'dockerode';

/** The Docker engine that the environment names. Its client is loaded when it is needed: most commands need none. */
export async function openEngine(): Promise<Docker> {
  const { default: Engine } = await import('dockerode');
  return new Engine();
}
