import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchStore } from './store.ts';

/** For a project without git: numbered files, each linked into place whole and only if its number is free. */
export async function openFolderStore(folder: string): Promise<BatchStore> {
  await mkdir(folder, { recursive: true });
  return new FolderStore(folder);
}

class FolderStore implements BatchStore {
  readonly location: string;

  constructor(folder: string) {
    this.location = folder;
  }

  async head(): Promise<string | null> {
    return (await this.#names()).at(-1) ?? null;
  }

  newest(head: string): Promise<string> {
    return readFile(join(this.location, head), 'utf8');
  }

  async batches(head: string): Promise<readonly string[]> {
    const names = (await this.#names()).filter((name) => name <= head);
    return Promise.all(names.map((name) => readFile(join(this.location, name), 'utf8')));
  }

  async append(head: string | null, batch: string): Promise<boolean> {
    const number = head === null ? 1 : Number.parseInt(head, 10) + 1;
    const draft = join(this.location, `.${randomUUID()}`);
    await writeFile(draft, batch);
    try {
      await link(draft, join(this.location, `${String(number).padStart(8, '0')}.jsonl`));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #names(): Promise<readonly string[]> {
    return (await readdir(this.location)).filter((name) => /^\d{8}\.jsonl$/.test(name)).sort();
  }
}
