import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../plumbing/clock.ts';
import type { Credentials } from '../../http/index.ts';
import type { MasterDoor } from '../link.ts';
import { MasterCore } from './core.ts';
import { defaultFlags, type MasterFlags } from './flags.ts';
import { listen, type MasterHttp } from './http/server.ts';
import type { LogLine } from './master-log.ts';
import { Registry } from './registry.ts';

export type { Credentials } from '../../http/index.ts';
export { type LocalScheduler, MasterCore } from './core.ts';
export { defaultFlags, type MasterFlags } from './flags.ts';
export type { LogLine } from './master-log.ts';
export { Registry } from './registry.ts';

export interface MasterOptions {
  /** Where the registry file is kept. */
  readonly workDir: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: the system picks. */
  readonly port?: number;
  readonly credentials?: Credentials;
  readonly jsonp?: boolean;
  readonly clock?: Clock;
  readonly flags?: Partial<MasterFlags>;
  readonly onLog?: (line: LogLine) => void;
}

/** A listening master. Disposing it ends every stream and frees the port; the registry file stays. */
export interface Master extends AsyncDisposable {
  readonly url: URL;
  /** What agents dial; throws while no master leads. */
  readonly door: MasterDoor;
  /** The master of the moment; another one after each failover. */
  readonly core: MasterCore;
  /** Ends the leading master as a crash would; nobody answers on its port until {@link elect}. */
  crash(): void;
  /** Puts a new master in place, which knows what the registry file says. */
  elect(): void;
}

/** Resolves once the master answers. */
export async function startMaster(options: MasterOptions): Promise<Master> {
  mkdirSync(options.workDir, { recursive: true });
  const host = options.host ?? '127.0.0.1';
  const credentials = options.credentials;
  const http = await listen({
    host,
    port: options.port ?? 0,
    ...(credentials === undefined ? {} : { credentials }),
    ...(options.jsonp === undefined ? {} : { jsonp: options.jsonp }),
  });
  return new RunningMaster(options, host, http);
}

class RunningMaster implements Master {
  readonly url: URL;
  readonly door: MasterDoor = {
    connect: (end) => {
      if (this.#crashed) throw new Error('no master leads');
      this.#core.connect(end);
    },
  };
  readonly #options: MasterOptions;
  readonly #host: string;
  readonly #http: MasterHttp;
  #core: MasterCore;
  #crashed = false;

  constructor(options: MasterOptions, host: string, http: MasterHttp) {
    this.#options = options;
    this.#host = host;
    this.#http = http;
    this.url = new URL(`http://${host}:${http.port}`);
    this.#core = this.#start();
  }

  get core(): MasterCore {
    return this.#core;
  }

  crash(): void {
    if (this.#crashed) return;
    this.#crashed = true;
    this.#http.serve(null);
    this.#core.stop();
  }

  elect(): void {
    this.crash();
    this.#crashed = false;
    this.#core = this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#crashed = true;
    this.#core.stop();
    await this.#http.close();
  }

  #start(): MasterCore {
    const { workDir, clock, flags, onLog, credentials } = this.#options;
    const core = new MasterCore({
      clock: clock ?? systemClock,
      flags: { ...defaultFlags, workDir, authenticate: credentials !== undefined, ...flags },
      address: { hostname: this.#host, ip: this.#host, port: this.#http.port },
      registry: Registry.open(join(workDir, 'registry.json')),
      log: onLog ?? (() => undefined),
    });
    this.#http.serve(core);
    return core;
  }
}
