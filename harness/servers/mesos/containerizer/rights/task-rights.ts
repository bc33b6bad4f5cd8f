import { randomInt } from 'node:crypto';
import { type ContainerRequest, LaunchError } from '../container.ts';
import { type Account, accountOf } from './account.ts';
import { findPowers, type Powers } from './machine.ts';
import { barrierTo, closedProgram } from './reach.ts';

/** As whom a task's processes run, and what they can never do. */
export interface Rights {
  /** Undefined: as the harness itself. */
  readonly account: Account | undefined;
  /** Program and options that give up rights before they become the command; empty where nothing is given up. */
  readonly prefix: readonly string[];
  /** Why the task has the harness's rights although nothing asked for them. */
  readonly notice?: string;
  /** The account may be given to another task. */
  release(): void;
}

/**
 * Decides with which rights tasks run. Those of a harness that is root get a user of their own, without capabilities
 * and without a way to regain any, unless their definition names a user, or this machine does not allow it.
 */
export class TaskRights {
  readonly #powers: Promise<Powers | string>;
  readonly #taken = new Set<number>();

  constructor(powers: Promise<Powers | string> = findPowers()) {
    this.#powers = powers;
  }

  /** @throws LaunchError when the definition names a user that this machine does not have */
  async of({ user, sandbox, command, environment }: ContainerRequest): Promise<Rights> {
    if (process.getuid?.() !== 0) return everything();
    const powers = await this.#powers;
    if (user !== undefined) {
      const account = await accountOf(user);
      if (account === undefined) throw new LaunchError(`Failed to get user information for '${user}'`);
      return account.uid === 0
        ? everything()
        : { account, prefix: prefixOf(account, powers), release: () => {} };
    }
    if (typeof powers === 'string') return everything(`This task runs as root: ${powers}.`);
    const account = this.#spareAccount(powers);
    const barrier = await barrierTo(sandbox, account);
    const closed = barrier ?? (await closedProgram(command, environment.PATH ?? '', account));
    const release = (): void => void this.#taken.delete(account.uid);
    if (closed === undefined) return { account, prefix: prefixOf(account, powers), release };
    release();
    return everything(`This task runs as root: other users may not ${barrier ? 'pass' : 'run'} ${closed}.`);
  }

  #spareAccount({ uids: { first, last } }: Powers): Account {
    const count = last - first + 1;
    let uid = first + randomInt(count);
    while (this.#taken.has(uid)) uid = first + ((uid - first + 1) % count);
    this.#taken.add(uid);
    return { uid, gid: uid };
  }
}

function everything(notice?: string): Rights {
  return { account: undefined, prefix: [], ...(notice === undefined ? {} : { notice }), release: () => {} };
}

function prefixOf({ uid, gid, name }: Account, powers: Powers | string): readonly string[] {
  if (typeof powers === 'string' || powers.setpriv === undefined) return [];
  return [
    powers.setpriv,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    name === undefined ? '--clear-groups' : '--init-groups',
    '--no-new-privs',
    ...(powers.barsCapabilities ? ['--bounding-set=-all', '--inh-caps=-all'] : []),
  ];
}
