import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Wait } from 'testcontainers';
import type { StoreSpec } from '../../model/index.ts';
import { unlessGone } from '../../plumbing/engine-answers.ts';
import { freePort } from '../../plumbing/free-port.ts';
import { LoopbackContainer } from './loopback-container.ts';
import type { Login, RunningServer, StoreRecipe } from './recipe.ts';
import type { StartedServer } from './start-program.ts';
import type { StoreOptions } from './store.ts';
import { untilReady } from './until-ready.ts';

const startTimeoutMs = 120_000;
const loopback = '127.0.0.1';

/** Starts an image through testcontainers, published on loopback only. @throws with what the engine said */
export async function startContainer(
  recipe: StoreRecipe,
  image: string,
  server: { readonly spec: StoreSpec; readonly name: string; readonly login: Login },
  options: StoreOptions,
): Promise<StartedServer> {
  const { spec, name, login } = server;
  const { signal, dockerNetwork } = options;
  const port = spec.port ?? recipe.port;
  // Picked beforehand: a Kafka tells its clients where it is published.
  const publishedPort = await freePort(loopback);
  const alias = dockerNetwork === undefined ? null : name;
  const { env, command, entrypoint, tmpfs = [] } = recipe.container({ spec, login, alias, publishedPort });
  const logFile = join(options.logs, `${name}.log`);
  const definition = new LoopbackContainer(image)
    .withEnvironment({ ...env, ...spec.env })
    .withLabels({ ...options.labels })
    .withExposedPorts({ container: port, host: publishedPort })
    .withTmpFs(Object.fromEntries(tmpfs.map((folder) => [folder, 'rw'])))
    .withStartupTimeout(startTimeoutMs)
    .withWaitStrategy(waitFor(spec))
    .withLogConsumer((stream) => stream.pipe(createWriteStream(logFile, { flags: 'a' })));
  if (command !== undefined) definition.withCommand([...command]);
  if (entrypoint !== undefined) definition.withEntrypoint([...entrypoint]);
  if (dockerNetwork !== undefined) definition.inNetwork(dockerNetwork, name);
  signal.throwIfAborted();
  await using undo = new AsyncDisposableStack();
  const container = await definition.startUnless(signal);
  undo.defer(async () => void (await container.stop({ timeout: 0 }).catch(unlessGone)));
  const address = { host: loopback, port: publishedPort };
  const running: RunningServer = {
    address,
    login,
    async exec(argv) {
      const { exitCode, output } = await container.exec([...argv]);
      if (exitCode !== 0) throw new Error(`${argv[0]} ended with exit code ${exitCode}: ${output.trim()}`);
      return output;
    },
  };
  await untilReady(() => recipe.ping(running, spec), {
    timeoutMs: startTimeoutMs,
    ended: () => null,
    signal,
  });
  const kept = undo.move();
  return {
    ...running,
    taskAddress: alias === null ? address : { host: alias, port: recipe.insidePort ?? port },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function waitFor({ wait }: StoreSpec) {
  if (typeof wait === 'object' && 'log' in wait) return Wait.forLogMessage(new RegExp(wait.log));
  return Wait.forListeningPorts();
}
