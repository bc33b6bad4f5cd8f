import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { messageOf } from '../../../plumbing/thrown.ts';
import { get } from '../api.ts';
import { onEvent, onReconnect } from '../live.ts';
import type { MesosState } from './types.ts';

/** The master's whole state, while a view that needs it is open. */
export const mesos = signal<MesosState | null>(null);
export const mesosProblem = signal<string | null>(null);

const gatherMs = 400;
/** Offers come and go without an event. */
const pollMs = 3_000;

/** Keeps the master's state fresh for as long as the calling view is shown. */
export function useMesos(): MesosState | null {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void readMesos();
      }, gatherMs);
    };
    void readMesos();
    const leave = [onEvent(soon), onReconnect(soon)];
    const poll = setInterval(() => {
      if (document.visibilityState === 'visible') soon();
    }, pollMs);
    return () => {
      clearInterval(poll);
      clearTimeout(timer);
      for (const one of leave) one();
    };
  }, []);
  return mesos.value;
}

export async function readMesos(): Promise<void> {
  try {
    mesos.value = await get<MesosState>('mesos/state');
    mesosProblem.value = null;
  } catch (error) {
    mesosProblem.value = messageOf(error);
  }
}
