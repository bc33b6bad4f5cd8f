import type { Recording, RehearsalWindow, WindowKind } from '../../model/recording.ts';

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** After a deployment's end its old tasks still drain. */
const drainMs = 1_500;
const changing: readonly WindowKind[] = ['roll', 'back', 'forward'];

/** While versions changed, each until the tasks it replaced are gone. */
export function changingSpans({ windows }: Pick<Recording, 'windows'>): readonly Span[] {
  return windows
    .filter(({ kind }) => changing.includes(kind))
    .map(({ startMs, endMs }) => ({ startMs, endMs: endMs + drainMs }));
}

export function spansOf(
  { windows }: Pick<Recording, 'windows'>,
  ...kinds: readonly WindowKind[]
): readonly RehearsalWindow[] {
  return windows.filter(({ kind }) => kinds.includes(kind));
}

export function isIn(spans: readonly Span[], atMs: number): boolean {
  return spans.some(({ startMs, endMs }) => atMs >= startMs && atMs <= endMs);
}
