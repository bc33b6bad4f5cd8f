import { signal } from '@preact/signals';
import { get } from './api.ts';

export interface About {
  readonly title: string;
  /** Whether there is a ledger to tell of. */
  readonly hasProject: boolean;
  readonly runtime: string | null;
  readonly marathon: string | null;
  readonly mesos: string | null;
  readonly edge: string | null;
}

/** What this console looks at; null until it has answered. */
export const about = signal<About | null>(null);

export async function startAbout(): Promise<void> {
  about.value = await get<About>('about').catch(() => null);
}
