import { signal } from '@preact/signals';
import type { About } from '../answers.ts';
import { get } from './api.ts';

/** What this console looks at; null until it has answered. */
export const about = signal<About | null>(null);

export async function startAbout(): Promise<void> {
  about.value = await get<About>('about').catch(() => null);
}
