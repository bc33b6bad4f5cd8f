import { styleText } from 'node:util';
import type { Mark } from '../wording.ts';
import { signs } from '../wording.ts';

/** Text in colour, or as it is. */
export interface Palette {
  mark(mark: Mark, text: string): string;
  /** The mark's sign in its colour. */
  sign(mark: Mark): string;
  strong(text: string): string;
  soft(text: string): string;
}

type Format = Parameters<typeof styleText>[0];

const formats: Readonly<Record<Mark, Format>> = { good: 'green', bad: 'red', unsure: 'yellow', idle: 'gray' };

export function palette(colour: boolean): Palette {
  const paint = (format: Format, text: string): string =>
    // Whether to colour has been decided; the stream is not to be asked again.
    colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    mark: (mark, text) => paint(formats[mark], text),
    sign: (mark) => paint(formats[mark], signs[mark]),
    strong: (text) => paint('bold', text),
    soft: (text) => paint('gray', text),
  };
}
