import { readSettings } from '../config/index.ts';
import type { Tone } from '../diagnosis/index.ts';
import { type Palette, palette } from '../report/index.ts';

/** How what an app does is painted. */
export const toneMarks = {
  good: 'good',
  bad: 'bad',
  busy: 'unsure',
  warn: 'unsure',
  idle: 'idle',
} as const satisfies Readonly<Record<Tone, string>>;

/** Colours for what goes to standard output, where somebody sees them there. */
export function outputPalette(): Palette {
  return palette(readSettings().colour && process.stdout.isTTY === true);
}
