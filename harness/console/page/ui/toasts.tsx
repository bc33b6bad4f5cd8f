import { signal } from '@preact/signals';
import type { Tone } from '../../../diagnosis/index.ts';

interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
  readonly href: string | null;
}

const toasts = signal<readonly Toast[]>([]);
const lifeMs = 7_000;

/** Says what an action led to, for a while. */
export function say(tone: Tone, text: string, href: string | null = null): void {
  const id = (toasts.value.at(-1)?.id ?? 0) + 1;
  toasts.value = [...toasts.value, { id, tone, text, href }];
  setTimeout(() => drop(id), lifeMs);
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, tone, text, href }) => (
        <div key={id} class={`toast ${tone}`}>
          <span>
            {text} {href === null ? null : <a href={href}>Show</a>}
          </span>
          <button type="button" class="button quiet small" aria-label="Dismiss" onClick={() => drop(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
