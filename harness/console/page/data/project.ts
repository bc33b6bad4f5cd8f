import { useEffect, useState } from 'preact/hooks';
import type { Status } from '../../../diagnosis/index.ts';
import type { VerdictKind } from '../../../model/index.ts';
import { messageOf } from '../../../plumbing/thrown.ts';
import { get } from '../api.ts';

export type Asked<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly value: T }
  | { readonly kind: 'problem'; readonly message: string };

/** What the ledger says now, asked again as long as the view is shown. */
export function useAsked<T>(path: string, everyMs: number | null = 5_000): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ kind: 'loading' });
  useEffect(() => {
    const gone = new AbortController();
    setAsked({ kind: 'loading' });
    const read = async (): Promise<void> => {
      try {
        setAsked({ kind: 'loaded', value: await get<T>(path, gone.signal) });
      } catch (error) {
        if (!gone.signal.aborted) setAsked({ kind: 'problem', message: messageOf(error) });
      }
    };
    void read();
    const timer =
      everyMs === null
        ? undefined
        : setInterval(() => document.visibilityState === 'visible' && void read(), everyMs);
    return () => {
      gone.abort();
      clearInterval(timer);
    };
  }, [path]);
  return asked;
}

const verdicts: Readonly<Record<VerdictKind, Status>> = {
  pass: { word: 'Yes', tone: 'good' },
  fail: { word: 'No', tone: 'bad' },
  pending: { word: 'Not yet', tone: 'busy' },
  inconclusive: { word: 'Unknown', tone: 'warn' },
};

/** An answer to "may it go?", in the words of the report. */
export function verdictStatus(verdict: VerdictKind): Status {
  return verdicts[verdict];
}

const outcomes: Readonly<Record<VerdictKind, Status>> = {
  pass: { word: 'deployed', tone: 'good' },
  fail: { word: 'rejected', tone: 'bad' },
  pending: { word: 'pending', tone: 'busy' },
  inconclusive: { word: 'unknown', tone: 'warn' },
};

export function placementStatus(verdict: VerdictKind): Status {
  return outcomes[verdict];
}

/** `1 min 4 s` */
export function took(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
