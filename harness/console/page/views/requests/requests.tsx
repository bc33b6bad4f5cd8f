import { useMemo } from 'preact/hooks';
import { shortName } from '../../../../diagnosis/index.ts';
import { appIds } from '../../data/apps.ts';
import {
  answerOf,
  type EdgeRequest,
  requests,
  requestsProblem,
  toneOf,
  useRequests,
} from '../../data/requests.ts';
import { clockTime, count } from '../../data/wording.ts';
import { place, setQuery } from '../../router.ts';
import { Chips, Empty, useTitle } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';

const results = ['2xx and 3xx', '4xx', '5xx and failures', 'over 1 s'] as const;

const tests: Readonly<Record<(typeof results)[number], (request: EdgeRequest) => boolean>> = {
  '2xx and 3xx': (request) => toneOf(request) === 'good',
  '4xx': (request) => toneOf(request) === 'warn',
  '5xx and failures': (request) => toneOf(request) === 'bad',
  'over 1 s': ({ durationMs }) => durationMs > 1_000,
};

const columns: readonly Column<EdgeRequest>[] = [
  {
    key: 'at',
    title: 'Time',
    width: '92px',
    value: ({ atMs }) => atMs,
    cell: ({ atMs }) => <span class="mono soft">{clockTime(atMs)}</span>,
  },
  {
    key: 'app',
    title: 'Service',
    width: 'minmax(80px, 150px)',
    value: ({ appId }) => appId,
    cell: ({ appId }) => <a href={`/apps${appId}`}>{shortName(appId)}</a>,
  },
  {
    key: 'asked',
    title: 'Request',
    width: 'minmax(120px, 1fr)',
    cell: ({ method, path, requestId }) => (
      <a class="mono" href={`/requests/${encodeURIComponent(requestId)}`} title={`${method} ${path}`}>
        {method} {path}
      </a>
    ),
  },
  {
    key: 'status',
    title: 'Answer',
    width: 'minmax(80px, 200px)',
    value: ({ status }) => status ?? 999,
    cell: (request) => <StatusMark status={{ word: answerOf(request), tone: toneOf(request) }} />,
  },
  {
    key: 'duration',
    title: 'Took',
    width: '84px',
    isNumber: true,
    value: ({ durationMs }) => durationMs,
    cell: ({ durationMs }) => milliseconds(durationMs),
  },
  {
    key: 'version',
    title: 'Version',
    width: '160px',
    isWide: true,
    cell: ({ label }) => <span class="soft">{label ?? ''}</span>,
  },
];

/** What came through the edge, the newest first; each leads to its path through the services. */
export function RequestsView() {
  useTitle('Requests');
  useRequests();
  const { query } = place.value;
  const app = query.get('app') ?? '';
  const search = (query.get('q') ?? '').toLowerCase();
  const chosen = results.filter((result) => query.getAll('result').includes(result));
  const rows = useMemo(
    () =>
      (requests.value ?? [])
        .filter(
          (request) =>
            (app === '' || request.appId === app) &&
            (chosen.length === 0 || chosen.some((result) => tests[result](request))) &&
            `${request.method} ${request.path} ${request.requestId} ${request.appId}`
              .toLowerCase()
              .includes(search),
        )
        .reverse(),
    [requests.value, query],
  );
  return (
    <div class="view full">
      <div class="head">
        <h1>Requests</h1>
        <span class="soft">{count(rows.length, 'request')} through the edge</span>
      </div>
      <div class="bar">
        <input
          class="field grow"
          type="search"
          placeholder="Filter by path or request id"
          aria-label="Filter by path or request id"
          value={query.get('q') ?? ''}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <select
          class="field"
          aria-label="Service"
          value={app}
          onChange={(event) => setQuery({ app: event.currentTarget.value })}
        >
          <option value="">every service</option>
          {appIds.value.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
        <Chips label="Answer" words={results} chosen={chosen} onChange={(result) => setQuery({ result })} />
      </div>
      <Content rows={rows} />
    </div>
  );
}

function Content({ rows }: { readonly rows: readonly EdgeRequest[] }) {
  if (requests.value === null) {
    return requestsProblem.value === null ? (
      <p class="soft">Reading requests…</p>
    ) : (
      <Empty title="The edge does not tell its requests">
        <p>{requestsProblem.value}</p>
      </Empty>
    );
  }
  return (
    <Table
      label="Requests"
      columns={columns}
      rows={rows}
      rowKey={({ seq }) => String(seq)}
      rowHeight={32}
      class="dense"
      fill
      empty={<b>No request came through the edge that this filter lets through</b>}
    />
  );
}

/** With as many digits as tell something. */
export function milliseconds(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ms`;
}
