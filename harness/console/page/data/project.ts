import { useEffect, useState } from 'preact/hooks';
import type { Tone } from '../../../diagnosis/index.ts';
import { messageOf } from '../../../plumbing/thrown.ts';
import { get } from '../api.ts';

/** As `views/system.ts` makes it. */
export interface SystemView {
  readonly system: string;
  readonly environments: readonly EnvironmentView[];
  readonly moves: readonly Move[];
  readonly calls: readonly Call[];
  readonly frozen: readonly { readonly environment: string; readonly by: string; readonly reason: string }[];
}

export interface EnvironmentView {
  readonly name: string;
  readonly platform: string;
  readonly services: readonly ServicePlace[];
}

export interface ServicePlace {
  readonly service: string;
  readonly version: string | null;
  readonly digest: string | null;
  readonly promotedAt: string | null;
  readonly deployed: {
    readonly version: string;
    readonly digest: string;
    readonly platform: string;
    readonly since: string;
  } | null;
}

export interface Move {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly version: string;
  readonly digest: string;
  readonly instead: string | null;
  readonly verdict: string;
  readonly reasons: readonly string[];
}

export interface Call {
  readonly from: string;
  readonly to: string;
  readonly contract: string | null;
}

export interface RunLine {
  readonly runId: string;
  readonly target: string;
  readonly verdict: string;
  readonly runtime: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly commit: string | null;
}

/** As `model/run.ts` says, as far as the page shows it. */
export interface RunRecord extends RunLine {
  readonly services: readonly { readonly name: string; readonly version: string; readonly digest: string }[];
  readonly stages: readonly StageResult[];
  readonly environments: readonly {
    readonly name: string;
    readonly services: readonly {
      readonly service: string;
      readonly version: string | null;
      readonly verdict: string;
      readonly reasons: readonly string[];
    }[];
  }[];
  readonly story?: {
    readonly changes: readonly {
      readonly service: string;
      readonly from: { readonly version: string } | null;
      readonly to: { readonly version: string };
      readonly commits: readonly {
        readonly commit: string;
        readonly authors: readonly string[];
        readonly subject?: string;
      }[];
      readonly pacts: readonly string[];
    }[];
    readonly failing: readonly {
      readonly service: string;
      readonly stage: string;
      readonly since: { readonly runId: string; readonly at: string };
    }[];
    readonly untested: readonly string[];
  };
}

export interface StageResult {
  readonly stage: string;
  readonly service: string;
  readonly status: string;
  readonly tests: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly cases: readonly {
    readonly name: string;
    readonly file: string;
    readonly outcome: string;
    readonly durationMs: number;
    readonly failure?: {
      readonly message: string;
      readonly stack?: string;
      readonly cause?: { readonly service: string; readonly because: string };
    };
  }[];
  readonly startedAt: string;
  readonly durationMs: number;
  readonly because?: string;
  readonly reused?: { readonly runId: string; readonly at: string };
}

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

const verdicts: Readonly<Record<string, { readonly word: string; readonly tone: Tone }>> = {
  pass: { word: 'Yes', tone: 'good' },
  fail: { word: 'No', tone: 'bad' },
  pending: { word: 'Not yet', tone: 'busy' },
  inconclusive: { word: 'Unknown', tone: 'warn' },
};

/** An answer to "may it go?", in the words of the report. */
export function verdictStatus(verdict: string): { readonly word: string; readonly tone: Tone } {
  return verdicts[verdict] ?? { word: verdict, tone: 'idle' };
}

const outcomes: Readonly<Record<string, { readonly word: string; readonly tone: Tone }>> = {
  pass: { word: 'deployed', tone: 'good' },
  fail: { word: 'rejected', tone: 'bad' },
  pending: { word: 'pending', tone: 'busy' },
  inconclusive: { word: 'unknown', tone: 'warn' },
};

export function placementStatus(verdict: string): { readonly word: string; readonly tone: Tone } {
  return outcomes[verdict] ?? { word: verdict, tone: 'idle' };
}

/** `1 min 4 s` */
export function took(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
