import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Tone } from '../../../diagnosis/index.ts';
import { messageOf } from '../../../plumbing/thrown.ts';
import { get } from '../api.ts';

/** One request through the edge; `servers/edge/records.ts` says what each member means. */
export interface EdgeRequest {
  readonly seq: number;
  readonly atMs: number;
  readonly durationMs: number;
  readonly appId: string;
  readonly taskId: string | null;
  readonly label: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly failure: string | null;
  readonly requestId: string;
  readonly attempts: number;
}

interface Page {
  readonly requests: readonly EdgeRequest[];
  readonly next: number;
}

/** Newest last; null until they have been read once. */
export const requests = signal<readonly EdgeRequest[] | null>(null);
/** Why the edge tells nothing. */
export const requestsProblem = signal<string | null>(null);

const mostRequests = 20_000;
const pageSize = 1_000;
const pollMs = 1_000;

/** Keeps the requests fresh while a view shows them. */
export function useRequests(): void {
  useEffect(() => {
    const gone = new AbortController();
    void follow(gone.signal);
    return () => gone.abort();
  }, []);
}

async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isMore = document.visibilityState === 'visible' && (await readNext(signal));
    if (!isMore) await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Whether there are more to be had at once. */
async function readNext(signal: AbortSignal): Promise<boolean> {
  const known = requests.value ?? [];
  const since = known.at(-1)?.seq ?? 0;
  try {
    const page = await get<Page>(`edge/requests?since=${since}&limit=${pageSize}`, signal);
    requestsProblem.value = null;
    // An edge that counts from the start again is another one.
    if (page.next < since) requests.value = [];
    else if (page.requests.length > 0 || requests.value === null) {
      requests.value = [...known, ...page.requests].slice(-mostRequests);
    }
    return page.requests.length === pageSize;
  } catch (error) {
    if (!signal.aborted) requestsProblem.value = messageOf(error);
    return false;
  }
}

/** How an answer reads: a failure and 5xx are trouble, 4xx is the client's, the rest is good. */
export function toneOf({ status, failure }: EdgeRequest): Tone {
  if (failure !== null || status === null || status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'good';
}

const failures: Readonly<Record<string, string>> = {
  refused: 'no task took the connection',
  reset: 'the task hung up before it answered',
  cut: 'the task hung up in the middle of its answer',
  timeout: 'no answer in time',
  malformed: 'the task answered with something that is not HTTP',
  'no-backend': 'no task may be asked',
  'bad-request': 'the client sent something that is not HTTP',
  'client-left': 'the client left before the end',
  fault: 'a fault that was set on the address',
};

/** The status, and why there is no better one. */
export function answerOf({ status, failure }: EdgeRequest): string {
  const said = status === null ? 'no answer' : String(status);
  return failure === null ? said : `${said}: ${failures[failure] ?? failure}`;
}
