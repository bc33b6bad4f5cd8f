import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { type CachedLedger, readCache, readWitness, writeCache, writeWitness } from './cache.ts';
import { chain, encode } from './chain.ts';
import type { LedgerEntry, LedgerRecord } from './entry.ts';
import { openFolderStore } from './folder-store.ts';
import { GitRemote } from './git-remote.ts';
import { openGitStore } from './git-store.ts';
import type { BatchStore } from './store.ts';
import { readEntries } from './verify.ts';

/** The append-only record of a project, verified when it was opened. Safe for any number of processes at once. */
export interface Ledger {
  /** For people: where the record is. */
  readonly location: string;
  /** Every entry known so far, oldest first, in today's shape. */
  readonly entries: readonly LedgerEntry[];
  /**
   * Adds records as one batch, all or nothing, with the objects they name; resolves to them in their place in the chain.
   * @throws `SG_LEDGER_FAILED`, `SG_LEDGER_ALTERED`, `SG_LEDGER_UNREACHABLE`
   */
  append(records: readonly LedgerRecord[], objects?: readonly string[]): Promise<readonly LedgerEntry[]>;
  /** Content of an object, by its id; null when the ledger does not have it. @throws `SG_LEDGER_ALTERED` */
  object(id: string): Promise<string | null>;
  /** Packs what many runs left in small pieces, once enough has come together, or `always`. Nothing that can be read changes. */
  tidy(options?: { readonly always?: boolean }): Promise<void>;
}

/** A ledger of which a command that goes on for long also wants to see what others append meanwhile. */
export interface LiveLedger extends Ledger {
  /** Reads what was appended since. @throws what `openLedger` throws */
  refresh(): Promise<void>;
}

export interface LedgerOptions {
  /** A git repository that holds the ledger instead of the project's own. */
  readonly url?: string | null;
}

/** Every failed try means that somebody else's succeeded, so this many are only lost to a stuck lock. */
const appendTries = 40;

/** New entries after which it is worth packing: some four runs. */
const tidyEvery = 500;

/** The name by which an object is found: the SHA-256 of its content. */
export function objectIdOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Opens the ledger of the project at `root`: a ref of its git repository or of the one at `url`, else files under
 * `.stagegate/ledger`. Reads and verifies every entry.
 * @throws `SG_LEDGER_ALTERED`, `SG_LEDGER_VERSION`, `SG_LEDGER_FAILED`, `SG_LEDGER_UNREACHABLE`
 */
export async function openLedger(root: string, { url = null }: LedgerOptions = {}): Promise<LiveLedger> {
  const remote = url === null ? null : new GitRemote(root, url);
  const inGit = await openGitStore(root, remote);
  if (inGit === null && url !== null) {
    throw new StagegateError(
      'SG_LEDGER_FAILED',
      `A ledger by URL needs git, and ${root} is in no git repository.`,
    );
  }
  const store = inGit ?? (await openFolderStore(join(root, '.stagegate', 'ledger')));
  const ledger = new VerifiedLedger(
    store,
    `${remote === null ? 'ledger' : remote.copy.split('/').at(-1)}.cache`,
  );
  await ledger.open();
  return ledger;
}

class VerifiedLedger implements LiveLedger {
  readonly #store: BatchStore;
  readonly #cacheFile: string | null;
  #head: string | null = null;
  #entries: LedgerEntry[] = [];

  constructor(store: BatchStore, cacheName: string) {
    this.#store = store;
    this.#cacheFile = store.cacheFolder === null ? null : join(store.cacheFolder, cacheName);
  }

  get location(): string {
    return this.#store.location;
  }

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  async open(): Promise<void> {
    // The store is asked while the cache is read: its answer is most of the time this takes.
    const head = this.#store.head();
    const [cached] = await Promise.all([
      this.#cacheFile === null ? null : readCache(this.#cacheFile),
      head.catch(() => null),
    ]);
    if (cached !== null) {
      this.#head = cached.head;
      this.#entries = [...cached.entries];
    }
    await this.#catchUp(await head, cached);
    await this.#checkWitness();
  }

  async refresh(): Promise<void> {
    await this.#catchUp(await this.#store.head());
  }

  async append(
    records: readonly LedgerRecord[],
    objects: readonly string[] = [],
  ): Promise<readonly LedgerEntry[]> {
    if (records.length === 0) return [];
    const named = new Map(objects.map((content) => [objectIdOf(content), content]));
    for (let tries = 0; tries < appendTries; tries++) {
      const lines = chain(this.#entries.at(-1)?.id ?? null, records);
      const batch = { entries: encode(lines), objects: named, summary: summaryOf(records) };
      const head = await this.#store.append(this.#head, batch);
      if (head !== null) {
        this.#head = head;
        const added = lines.map(({ entry }) => entry);
        this.#entries.push(...added);
        if (this.#cacheFile !== null) await writeWitness(this.#cacheFile, head);
        return added;
      }
      await this.#catchUp(await this.#store.head());
    }
    throw new StagegateError(
      'SG_LEDGER_FAILED',
      `${this.location} could not be updated after ${appendTries} attempts; look for a stale .lock file beside the ref.`,
    );
  }

  async object(id: string): Promise<string | null> {
    const content = await this.#store.object(id);
    if (content !== null && objectIdOf(content) !== id) {
      throw new StagegateError(
        'SG_LEDGER_ALTERED',
        `${this.location}: object ${id.slice(0, 12)} was altered: its content does not fit its name.`,
      );
    }
    return content;
  }

  async tidy({ always = false }: { readonly always?: boolean } = {}): Promise<void> {
    const count = this.#entries.length;
    const file = this.#cacheFile === null ? null : `${this.#cacheFile}.tidied`;
    const before = file === null ? 0 : Number(await readFile(file, 'utf8').catch(() => '0'));
    if (!always && Math.abs(count - before) < tidyEvery) return;
    await this.#store.tidy();
    if (file !== null) await writeFile(file, String(count)).catch(() => {});
  }

  /** Reads and verifies what the store has behind what is known, up to `head`. */
  async #catchUp(head: string | null, cached: CachedLedger | null = null): Promise<void> {
    if (head === this.#head) return;
    const batches = head === null ? null : await this.#store.batches(this.#head, head);
    if (batches === null && this.#head !== null) {
      this.#entries = await this.#readAnew(cached?.entries ?? this.#entries, head);
    } else {
      const added = readEntries(linesOf(batches ?? []), {
        location: this.location,
        previous: this.#entries.at(-1)?.id ?? null,
        position: this.#entries.length,
      });
      this.#entries.push(...added);
    }
    this.#head = head;
    if (this.#cacheFile !== null && head !== null) {
      await writeCache(this.#cacheFile, { head, entries: this.#entries });
    }
  }

  /** An append leaves its head behind, so that a ledger set back since is noticed although nobody has read it in between. */
  async #checkWitness(): Promise<void> {
    if (this.#cacheFile === null) return;
    const witness = await readWitness(this.#cacheFile);
    if (witness !== null && !(await this.#holds(witness))) {
      // Somebody may have appended since the head was read.
      await this.#catchUp(await this.#store.head());
      if (!(await this.#holds(witness))) {
        throw new StagegateError(
          'SG_LEDGER_ALTERED',
          `${this.location}: entry ${this.#entries.length + 1} is missing: the ledger ends before what this machine has written (${witness.slice(0, 21)}), ` +
            `or goes on differently. If the ledger was reset on purpose, delete the ledger files in ${this.#store.cacheFolder}.`,
        );
      }
    }
    if (this.#head !== null && witness !== this.#head) await writeWitness(this.#cacheFile, this.#head);
  }

  async #holds(head: string): Promise<boolean> {
    if (head === this.#head) return true;
    return this.#head !== null && (await this.#store.batches(head, this.#head)) !== null;
  }

  /** For a store that does not follow what this machine read before: refuses it unless every known entry is still there. */
  async #readAnew(known: readonly LedgerEntry[], head: string | null): Promise<LedgerEntry[]> {
    const batches = head === null ? [] : ((await this.#store.batches(null, head)) ?? []);
    // What breaks the chain is named by its own problem.
    const now = readEntries(linesOf(batches), { location: this.location, previous: null, position: 0 });
    const index = known.findIndex(({ id }, position) => now[position]?.id !== id);
    if (index === -1) return [...now];
    const entry = known[index];
    const what = now[index] === undefined ? 'is missing' : 'was replaced';
    throw new StagegateError(
      'SG_LEDGER_ALTERED',
      `${this.location}: entry ${index + 1} (${entry?.record.kind}, ${entry?.id.slice(0, 12)}) ${what} since this machine read it last. ` +
        `If the ledger was reset on purpose, delete the ledger files in ${this.#store.cacheFolder}.`,
    );
  }
}

function linesOf(batches: readonly string[]): readonly string[] {
  return batches.flatMap((batch) => batch.split('\n').filter((line) => line !== ''));
}

function summaryOf(records: readonly LedgerRecord[]): string {
  const kinds = [...new Set(records.map(({ kind }) => kind))];
  return `Record ${kinds.map((kind) => `${records.filter((record) => record.kind === kind).length} ${kind}`).join(', ')}`;
}
