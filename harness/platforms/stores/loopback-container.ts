import {
  GenericContainer,
  getContainerRuntimeClient,
  getReaper,
  type StartedTestContainer,
} from 'testcontainers';

const loopback = '127.0.0.1';
/** What the library reads once in a process: no Ryuk, and ports asked for where they are published, also inside a container. */
const libraryVariables = { TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: loopback };

/**
 * A container whose ports are published on loopback only: what is not of this machine must not reach a store. It ends by the
 * run's own reaper, which knows its label: testcontainers' Ryuk is a container of one more image, which would have to be pulled.
 */
export class LoopbackContainer extends GenericContainer {
  static #library: Promise<void> | null = null;
  #home: { readonly network: string; readonly alias: string } | null = null;

  /** Puts it into one network and no other: the library would leave it in the engine's own bridge too. */
  inNetwork(network: string, alias: string): this {
    this.#home = { network, alias };
    return this.withNetworkMode(network);
  }

  /** As `start`, but given up when the signal aborts: the library would go on waiting for an engine that is gone. */
  async startUnless(signal: AbortSignal): Promise<StartedTestContainer> {
    signal.throwIfAborted();
    const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
    const stop = (): void => giveUp(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const starting = this.start();
    try {
      return await Promise.race([starting, given]);
    } catch (error) {
      // What comes up all the same carries the run's label; it is removed now, or by the next sweep.
      starting.then((late) => late.stop({ timeout: 0 })).catch(() => {});
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  override async start(): Promise<StartedTestContainer> {
    LoopbackContainer.#library ??= LoopbackContainer.#openLibrary();
    await LoopbackContainer.#library;
    return super.start();
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const bindings = this.hostConfig.PortBindings as Record<string, { HostIp?: string }[]> | undefined;
    for (const binding of Object.values(bindings ?? {}).flat()) binding.HostIp = loopback;
    if (this.#home === null) return;
    const { network, alias } = this.#home;
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: { Aliases: [alias] } } };
  }

  /** The variables are taken back at once: suites, in processes of their own, decide for themselves. */
  static async #openLibrary(): Promise<void> {
    const names = Object.keys(libraryVariables);
    const before = names.map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, libraryVariables);
    try {
      await getReaper(await getContainerRuntimeClient());
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }
}
