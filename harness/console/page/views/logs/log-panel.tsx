import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../../../diagnosis/index.ts';
import { LogBuffer, type LogFilter, type NumberedLine } from '../../data/log-buffer.ts';
import { count } from '../../data/wording.ts';
import { place, setQuery } from '../../router.ts';
import { Chips } from '../../ui/parts.tsx';
import { LineDetail } from './line-detail.tsx';
import { LogTable } from './log-table.tsx';

const levels = ['error', 'warn', 'info', 'debug'];

/** Lines of some apps (none named: of all), live; filters are in the address. */
export function LogPanel({
  appIds,
  taskId = '',
  requestId,
}: {
  readonly appIds: readonly string[];
  readonly taskId?: string;
  /** Absent: the one in the address. */
  readonly requestId?: string;
}) {
  const { query } = place.value;
  const filter = useMemo<LogFilter>(
    () => ({
      search: (query.get('q') ?? '').toLowerCase(),
      levels: query.getAll('level'),
      requestId: requestId ?? query.get('request') ?? '',
      taskId,
    }),
    [query.toString(), taskId, requestId],
  );
  const [isPaused, setPaused] = useState(false);
  const [chosen, setChosen] = useState<NumberedLine | null>(null);
  const { lines, total, waiting, problem } = useLines(appIds, filter, isPaused);
  return (
    <>
      <div class="bar">
        <input
          class="field grow"
          type="search"
          placeholder="Filter lines"
          aria-label="Filter lines"
          value={query.get('q') ?? ''}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <Chips
          label="Level"
          words={levels}
          chosen={filter.levels}
          onChange={(level) => setQuery({ level })}
        />
        <button type="button" class="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? `Resume (${waiting} new)` : 'Pause'}
        </button>
      </div>
      {requestId !== undefined || filter.requestId === '' ? null : (
        <p class="bar">
          Only request <span class="mono">{filter.requestId}</span>
          <a href={`/requests/${encodeURIComponent(filter.requestId)}`}>its path</a>
          <button type="button" class="button small" onClick={() => setQuery({ request: null })}>
            Show all requests
          </button>
        </p>
      )}
      <p class="soft small">
        {problem ??
          `${count(lines.length, 'line')}${lines.length < total ? ` of ${total.toLocaleString('en')}` : ''}${isPaused ? ', paused' : ', live'}`}
      </p>
      <LogTable lines={lines} search={filter.search} isWithApp={appIds.length !== 1} onChoose={setChosen} />
      {chosen === null ? null : <LineDetail line={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

interface Lines {
  readonly lines: readonly NumberedLine[];
  readonly total: number;
  /** Arrived while paused. */
  readonly waiting: number;
  readonly problem: string | null;
}

function useLines(appIds: readonly string[], filter: LogFilter, isPaused: boolean): Lines {
  const [state, setState] = useState<Lines>({ lines: [], total: 0, waiting: 0, problem: 'Reading…' });
  const buffer = useRef(new LogBuffer(filter));
  const held = useRef<LogLine[]>([]);
  const paused = useRef(isPaused);
  const show = (problem: string | null): void =>
    setState({
      lines: buffer.current.shown,
      total: buffer.current.total,
      waiting: held.current.length,
      problem,
    });

  useEffect(() => {
    buffer.current.filter = filter;
    show(null);
  }, [filter]);
  useEffect(() => {
    paused.current = isPaused;
    if (isPaused) return;
    buffer.current.add(held.current);
    held.current = [];
    show(null);
  }, [isPaused]);
  useEffect(() => {
    const query = new URLSearchParams(appIds.map((id) => ['app', id]));
    const stream = new EventSource(`/api/logs?${query}`);
    // A new connection tells everything again.
    stream.addEventListener('open', () => {
      buffer.current = new LogBuffer(filterNow.current);
      held.current = [];
    });
    stream.addEventListener('lines', ({ data }) => {
      const lines = JSON.parse(data) as LogLine[];
      if (paused.current) held.current.push(...lines);
      else buffer.current.add(lines);
      show(null);
    });
    stream.addEventListener('problem', ({ data }) => show((JSON.parse(data) as { message: string }).message));
    stream.addEventListener('error', () => show('The logs cannot be read now; connecting again…'));
    return () => stream.close();
  }, [appIds.join()]);
  const filterNow = useRef(filter);
  filterNow.current = filter;
  return state;
}
