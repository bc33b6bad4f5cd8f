import { join } from 'node:path';
import type Docker from 'dockerode';
import { readRegularFile } from '../../../../plumbing/regular-file.ts';
import { LaunchError } from '../container.ts';

/**
 * Makes sure that the engine has the image, pulling it when it is missing or `always` is set. Credentials come from a
 * `.docker/config.json` or `.dockercfg` that the task fetched into its sandbox, else from the agent's own configuration.
 */
export async function provideImage(
  docker: Docker,
  image: string,
  options: {
    readonly always: boolean;
    readonly sandbox: string;
    readonly configured: DockerConfig;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const reference = /@|:[^/]+$/.test(image) ? image : `${image}:latest`;
  if (!options.always && (await isThere(docker, reference))) return;
  const authconfig = await credentialsFor(reference, options);
  try {
    const progress = await docker.pull(reference, { authconfig, abortSignal: options.signal });
    await new Promise<void>((resolve, reject) => {
      options.signal.addEventListener('abort', () => reject(options.signal.reason), { once: true });
      docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)));
    });
    // A stream that is cut off ends like one that is finished.
    if (!(await isThere(docker, reference)))
      throw new Error('the engine broke off before the image was there');
  } catch (error) {
    options.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new LaunchError(`Failed to run 'docker pull ${reference}': exited with status 1; stderr='${why}'`, {
      cause: error,
    });
  }
}

async function isThere(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw new LaunchError(
      `The Docker engine does not answer: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

const mostConfigBytes = 2 ** 20;

/** As Docker's own `config.json`: credentials by registry. */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
}

async function credentialsFor(
  reference: string,
  { sandbox, configured }: { readonly sandbox: string; readonly configured: DockerConfig },
): Promise<{ username: string; password: string; serveraddress: string } | undefined> {
  const [registry = ''] = reference.split('/');
  for (const file of ['.docker/config.json', '.dockercfg']) {
    const text = await readRegularFile(join(sandbox, file), mostConfigBytes).catch(() => undefined);
    if (text === undefined) continue;
    const config = parse(text);
    const found = (config.auths ?? (config as DockerConfig['auths']))?.[registry]?.auth;
    if (found !== undefined) return loginOf(found, registry);
  }
  const own = configured.auths?.[registry]?.auth;
  return own === undefined ? undefined : loginOf(own, registry);
}

/** `user:password` in base64, as Docker keeps it. */
function loginOf(auth: string, serveraddress: string) {
  const plain = Buffer.from(auth, 'base64').toString();
  const colon = plain.indexOf(':');
  return { username: plain.slice(0, colon), password: plain.slice(colon + 1), serveraddress };
}

function parse(text: string): DockerConfig {
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    throw new LaunchError('The Docker credentials in the sandbox are not JSON');
  }
}
