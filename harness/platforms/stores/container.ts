import { createWriteStream } from 'node:fs';
import Docker from 'dockerode';
import { Wait } from 'testcontainers';
import { StagegateError, usualStoreImages } from '../../model/index.ts';
import { unlessGone } from '../../plumbing/engine-answers.ts';
import { ensureImage } from '../../plumbing/pull-image.ts';
import { messageOf } from '../../plumbing/thrown.ts';
import { LoopbackContainer } from './loopback-container.ts';
import type { PostgresOptions } from './postgres-options.ts';
import { type Server, superuser, throwAwaySettings } from './server.ts';

const port = 5432;
/** By this name the members of the run's network reach it, unless it has another. */
const usualAlias = 'postgres';
const startTimeoutMs = 120_000;

/** Starts the official image through testcontainers, its data in memory. */
export async function startContainer(options: PostgresOptions, password: string): Promise<Server> {
  const {
    image: wanted = usualStoreImages.postgres,
    imageMirror = null,
    alias = usualAlias,
    signal,
  } = options;
  const image = await ensureImage(new Docker(), wanted, { imageMirror, signal });
  const settings = Object.entries(throwAwaySettings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const definition = new LoopbackContainer(image)
    .withEnvironment({ POSTGRES_USER: superuser, POSTGRES_PASSWORD: password, POSTGRES_DB: 'postgres' })
    .withLabels({ ...options.labels })
    .withExposedPorts(port)
    .withTmpFs({ '/var/lib/postgresql/data': 'rw' })
    .withCommand(['postgres', ...settings])
    // The first time is the image's own initialisation.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .withStartupTimeout(startTimeoutMs)
    .withLogConsumer((stream) => stream.pipe(createWriteStream(options.logFile, { flags: 'a' })));
  if (options.dockerNetwork !== undefined) {
    definition.inNetwork(options.dockerNetwork, alias);
  }
  options.signal.throwIfAborted();
  try {
    const container = await definition.startUnless(options.signal);
    // Where a LoopbackContainer is published, whatever testcontainers takes for the engine's address.
    const adminAddress = { host: '127.0.0.1', port: container.getMappedPort(port) };
    return {
      adminAddress,
      taskAddress: options.dockerNetwork === undefined ? adminAddress : { host: alias, port },
      async [Symbol.asyncDispose]() {
        await container.stop({ timeout: 0 }).catch(unlessGone);
      },
    };
  } catch (error) {
    options.signal.throwIfAborted();
    const said = messageOf(error);
    throw new StagegateError(
      'SG_STORE_FAILED',
      `PostgreSQL (${image}) did not start; its log is ${options.logFile}: ${said}`,
      { cause: error },
    );
  }
}
