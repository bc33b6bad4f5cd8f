import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../../plumbing/thrown.ts';
import { ApiError, get } from '../api.ts';
import { onReconnect } from '../live.ts';
import { onAppsChanged } from './apps.ts';
import type { App } from './types.ts';

export type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly app: App }
  | { readonly kind: 'missing' }
  | { readonly kind: 'problem'; readonly message: string };

const embedded =
  'embed=app.tasks&embed=app.counts&embed=app.deployments&embed=app.lastTaskFailure&embed=app.readiness';
/** Results of health checks change without an event as long as they stay good. */
const pollMs = 4_000;

/** One app with its tasks, fresh for as long as the view is shown. */
export function useApp(id: string): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' });
  useEffect(() => {
    const gone = new AbortController();
    setLoaded({ kind: 'loading' });
    const read = async (): Promise<void> => {
      try {
        const { app } = await get<{ app: App }>(`marathon/v2/apps${id}?${embedded}`, gone.signal);
        setLoaded({ kind: 'loaded', app });
      } catch (error) {
        if (gone.signal.aborted) return;
        const isMissing = error instanceof ApiError && error.status === 404;
        setLoaded(isMissing ? { kind: 'missing' } : { kind: 'problem', message: messageOf(error) });
      }
    };
    void read();
    const leave = [onAppsChanged((ids) => ids.has(id) && void read()), onReconnect(() => void read())];
    const poll = setInterval(() => document.visibilityState === 'visible' && void read(), pollMs);
    return () => {
      gone.abort();
      clearInterval(poll);
      for (const one of leave) one();
    };
  }, [id]);
  return loaded;
}
