import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyHistory } from './history.ts';
import type { Job, JobHistory, JobRun, Schedule } from './types.ts';

/** Everything about one job. */
export interface JobRecord {
  readonly job: Job;
  readonly schedules: readonly Schedule[];
  readonly history: JobHistory;
  /** Those that have not ended. */
  readonly runs: readonly JobRun[];
}

interface Stored {
  readonly frameworkId: string | null;
  readonly jobs: readonly JobRecord[];
}

/** The jobs, kept in one file that is replaced as a whole; there are few of them and they change seldom. */
export class JobStore {
  readonly #path: string;
  readonly #jobs = new Map<string, JobRecord>();
  #frameworkId: string | null;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#path = join(directory, 'jobs.json');
    const stored = readStored(this.#path);
    this.#frameworkId = stored.frameworkId;
    for (const record of stored.jobs) this.#jobs.set(record.job.id, record);
  }

  get frameworkId(): string | null {
    return this.#frameworkId;
  }

  get all(): readonly JobRecord[] {
    return [...this.#jobs.values()];
  }

  get runs(): readonly JobRun[] {
    return this.all.flatMap((record) => record.runs);
  }

  get(id: string): JobRecord | undefined {
    return this.#jobs.get(id);
  }

  setFrameworkId(id: string | null): void {
    if (id === this.#frameworkId) return;
    this.#frameworkId = id;
    this.#write();
  }

  add(job: Job): JobRecord {
    const record = { job, schedules: [], history: emptyHistory, runs: [] };
    this.put(record);
    return record;
  }

  put(record: JobRecord): void {
    this.#jobs.set(record.job.id, record);
    this.#write();
  }

  remove(id: string): void {
    if (this.#jobs.delete(id)) this.#write();
  }

  #write(): void {
    const next = `${this.#path}.next`;
    writeFileSync(next, JSON.stringify({ frameworkId: this.#frameworkId, jobs: this.all } satisfies Stored));
    renameSync(next, this.#path);
  }
}

function readStored(path: string): Stored {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Stored;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { frameworkId: null, jobs: [] };
    throw new Error(`${path} cannot be read: move it away to start without jobs`, { cause: error });
  }
}
