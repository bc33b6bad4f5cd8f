import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Batch, BatchStore } from './store.ts';

/** For a project without git: numbered files, each linked into place whole and only if its number is free. */
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
    return (await this.#names()).at(-1) ?? null;
  }

  async batches(after: string | null, head: string): Promise<readonly string[] | null> {
    const names = await this.#names();
    if (after !== null && !names.includes(after)) return null;
    const wanted = names.filter((name) => name <= head && (after === null || name > after));
    return Promise.all(wanted.map((name) => readFile(join(this.location, name), 'utf8')));
  }

  async append(head: string | null, { entries, objects }: Batch): Promise<string | null> {
    for (const [id, content] of objects) await this.#writeObject(id, content);
    const number = head === null ? 1 : Number.parseInt(head, 10) + 1;
    const name = `${String(number).padStart(8, '0')}.jsonl`;
    const draft = join(this.location, `.${randomUUID()}`);
    await writeFile(draft, entries);
    try {
      await link(draft, join(this.location, name));
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
      throw error;
    } finally {
      await rm(draft, { force: true });
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

  async #names(): Promise<readonly string[]> {
    return (await readdir(this.location)).filter((name) => /^\d{8}\.jsonl$/.test(name)).sort();
  }
}
