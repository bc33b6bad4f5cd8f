import { readdir, readFile, readlink } from 'node:fs/promises';
import { type Clock, every, type Timer } from '../../../../plumbing/clock.ts';
import type { Range } from '../../v1.ts';
import type { Limitation } from '../container.ts';

const lookPauseMs = 1000;
/** How the kernel writes the state of a listening socket. */
const listening = '0A';

/** A container as the guard sees it. */
export interface Guarded {
  /** Ports that are its own. */
  readonly ports: readonly Range[];
  pids(): Promise<readonly number[]>;
  /** It listens on a port that another container was given, and is to be ended. */
  onTrespass(limitation: Limitation): void;
  /** Resolves when nothing of it is left. */
  readonly gone: Promise<unknown>;
}

interface Listener {
  readonly port: number;
  /** Number of the socket, which file descriptors name. */
  readonly socket: string;
}

/**
 * Sees to it that a port given to one container is not taken by another. Agents of one machine share a guard, as they
 * share the machine's ports. A port that nobody was given is nobody's business.
 */
export class PortGuard {
  readonly #clock: Clock;
  readonly #guarded = new Set<Guarded>();
  /** Sockets found to be in order. */
  #known = new Set<string>();
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends whoever listens on these ports already, so that a container that is given them finds them free. */
  async clear(ports: readonly Range[]): Promise<void> {
    if (ports.length === 0 || this.#guarded.size === 0) return;
    const taken = (await readListeners()).filter(({ port }) => contains(ports, port));
    await Promise.all(
      taken.map(async (listener) => {
        const owner = await this.#ownerOf(listener);
        if (owner === undefined || contains(owner.ports, listener.port)) return;
        owner.onTrespass(trespass(listener.port));
        await owner.gone;
      }),
    );
  }

  watch(guarded: Guarded): void {
    this.#guarded.add(guarded);
    this.#timer ??= every(this.#clock, lookPauseMs, () => void this.#look());
    void guarded.gone.then(() => {
      this.#guarded.delete(guarded);
      if (this.#guarded.size > 0) return;
      this.#timer?.cancel();
      this.#timer = null;
    });
  }

  async #look(): Promise<void> {
    if (this.#guarded.size < 2) return;
    const given = [...this.#guarded].flatMap(({ ports }) => ports);
    if (given.length === 0) return;
    const listeners = (await readListeners()).filter(({ port }) => contains(given, port));
    const known = new Set<string>();
    for (const listener of listeners) {
      const owner = this.#known.has(listener.socket) ? undefined : await this.#ownerOf(listener);
      if (owner === undefined || contains(owner.ports, listener.port)) known.add(listener.socket);
      else owner.onTrespass(trespass(listener.port));
    }
    this.#known = known;
  }

  async #ownerOf({ socket }: Listener): Promise<Guarded | undefined> {
    for (const guarded of this.#guarded) {
      for (const pid of await guarded.pids()) if (await holds(pid, socket)) return guarded;
    }
    return undefined;
  }
}

function trespass(port: number): Limitation {
  return {
    reason: 'REASON_CONTAINER_LIMITATION',
    message: `Container is listening on unallocated port(s): [${port}-${port}], which another task was given`,
    resources: [{ name: 'ports', type: 'RANGES', ranges: { range: [{ begin: port, end: port }] } }],
  };
}

function contains(ranges: readonly Range[], port: number): boolean {
  return ranges.some(({ begin, end }) => begin <= port && port <= end);
}

async function readListeners(): Promise<readonly Listener[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  );
  return tables.flatMap((table) => table.split('\n').flatMap(readListener));
}

/** A line holds, among others, the local address as `address:port` in hexadecimal, the state, and the socket. */
function readListener(line: string): readonly Listener[] {
  const [, local = '', , state, , , , , , socket] = line.trim().split(/\s+/);
  if (state !== listening || socket === undefined) return [];
  return [{ port: Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16), socket }];
}

async function holds(pid: number, socket: string): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.includes(`socket:[${socket}]`);
}
