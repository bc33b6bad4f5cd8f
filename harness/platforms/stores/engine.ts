const answerWithinMs = 3_000;

/** Null when an engine answers and has an image, or could pull it; else why not, as the end of a sentence. */
export async function engineHas(image: string): Promise<string | null> {
  const { default: Docker } = await import('dockerode');
  try {
    await new Docker({ timeout: answerWithinMs }).ping();
  } catch {
    return 'no Docker engine answers';
  }
  const docker = new Docker();
  const has = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (has) return null;
  try {
    const stream = await docker.pull(image);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
    });
    return null;
  } catch (error) {
    return `the Docker engine has no image ${image}, and it could not be pulled (${(error as Error).message.trim().slice(0, 200)})`;
  }
}
