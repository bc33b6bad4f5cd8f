import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Batch, BatchStore } from './store.ts';

/** Longer than any append. */
const abandonedMs = 3_600_000;

/**
 * For a project without git: numbered files, each linked into place whole and only if its number is free. A head is the
 * newest file's number and the digest of all files up to it, so that a file altered later is another head.
 */
export async function openFolderStore(folder: string): Promise<BatchStore> {
  await mkdir(join(folder, 'objects'), { recursive: true });
  return new FolderStore(folder);
}

class FolderStore implements BatchStore {
  readonly location: string;
  readonly cacheFolder: string;

  constructor(folder: string) {
    this.location = folder;
    this.cacheFolder = join(folder, 'cache');
  }

  async head(): Promise<string | null> {
    return (await this.#files()).at(-1)?.head ?? null;
  }

  async batches(after: string | null, head: string): Promise<readonly string[] | null> {
    const files = await this.#files();
    const last = files.findIndex((file) => file.head === head);
    const known = after === null ? -1 : files.findIndex((file) => file.head === after);
    if (last === -1 || (after !== null && known === -1)) return null;
    return files.slice(known + 1, last + 1).map(({ content }) => content);
  }

  async append(head: string | null, { entries, objects }: Batch): Promise<string | null> {
    for (const [id, content] of objects) await this.#writeObject(id, content);
    const number = head === null ? 1 : Number.parseInt(head, 10) + 1;
    const name = `${String(number).padStart(8, '0')}.jsonl`;
    const draft = join(this.location, `.${randomUUID()}`);
    await writeFile(draft, entries);
    try {
      await link(draft, join(this.location, name));
      return headAfter(head, name, entries);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Drafts have names of their own; one that a killed process left is read by nobody. */
  async tidy(): Promise<void> {
    for (const folder of [this.location, join(this.location, 'objects')]) {
      const names = await readdir(folder);
      const drafts = names.filter((name) => /^\.[0-9a-f-]{36}$/.test(name));
      for (const name of drafts) {
        const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
        if (Date.now() - mtimeMs > abandonedMs) await rm(join(folder, name), { force: true });
      }
    }
  }

  async object(id: string): Promise<string | null> {
    return readFile(join(this.location, 'objects', id), 'utf8').catch(() => null);
  }

  async #writeObject(id: string, content: string): Promise<void> {
    const draft = join(this.location, 'objects', `.${randomUUID()}`);
    await writeFile(draft, content);
    await rename(draft, join(this.location, 'objects', id));
  }

  async #files(): Promise<readonly { readonly head: string; readonly content: string }[]> {
    const names = (await readdir(this.location)).filter((name) => /^\d{8}\.jsonl$/.test(name)).sort();
    const contents = await Promise.all(names.map((name) => readFile(join(this.location, name), 'utf8')));
    let head: string | null = null;
    return names.map((name, index) => {
      const content = contents[index] ?? '';
      head = headAfter(head, name, content);
      return { head, content };
    });
  }
}

function headAfter(before: string | null, name: string, content: string): string {
  const digest = createHash('sha256').update(`${before}\n${content}`).digest('hex');
  return `${name.slice(0, 8)}-${digest}`;
}
