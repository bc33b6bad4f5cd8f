import type { UndeclaredCall } from './callers.ts';
import type { Fault } from './faults.ts';
import type { RequestPage, RequestRecord } from './records.ts';
import type { Route } from './route-table.ts';

/** What the edge's thread can be asked, and what it answers. */
export interface Calls {
  reserve(appId: string): Route;
  requests(since: number, appId: string | null, limit: number): RequestPage;
  setFault(appId: string, fault: Fault | null): void;
  /** Send records as they are written, or stop. */
  watch(isWatching: boolean): void;
  /** The last call: the thread ends. */
  close(): void;
}

/** To the thread. */
export type Call = {
  readonly [Name in keyof Calls]: {
    readonly id: number;
    readonly name: Name;
    readonly args: Parameters<Calls[Name]>;
  };
}[keyof Calls];

/** From the thread. */
export type Told =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'not-started'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string }
  | { readonly kind: 'records'; readonly records: readonly RequestRecord[] }
  | { readonly kind: 'undeclared'; readonly call: UndeclaredCall }
  /** A defect of ours, with its stack. */
  | { readonly kind: 'defect'; readonly text: string };
