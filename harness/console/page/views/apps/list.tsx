import { useMemo, useState } from 'preact/hooks';
import { appIds, apps, appsProblem, queue } from '../../data/apps.ts';
import { type Entry, entriesOf, firstInterestingGroup } from '../../data/groups.ts';
import { amount, count, memory } from '../../data/wording.ts';
import { place, setQuery } from '../../router.ts';
import { Icon } from '../../ui/icon.tsx';
import { Ago, Chips, Empty, useTitle } from '../../ui/parts.tsx';
import { HealthBar, StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { EditApp } from './edit.tsx';

const statuses = [
  'Running',
  'Deploying',
  'Waiting',
  'Delayed',
  'Crashing',
  'Degraded',
  'Unhealthy',
  'Suspended',
];

const columns: readonly Column<Entry>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 'minmax(130px, 2.2fr)',
    value: ({ name }) => name,
    cell: (entry) => <Name entry={entry} />,
  },
  {
    key: 'status',
    title: 'Status',
    width: '112px',
    value: ({ status }) => status.word,
    cell: ({ status }) => <StatusMark status={status} />,
  },
  {
    key: 'running',
    title: 'Running',
    width: '76px',
    isNumber: true,
    value: ({ running }) => running,
    cell: ({ running, instances }) => `${running} of ${instances}`,
  },
  {
    key: 'health',
    title: 'Health',
    width: 'minmax(70px, 1fr)',
    isWide: true,
    cell: ({ health }) => <HealthBar parts={health} />,
  },
  {
    key: 'cpus',
    title: 'CPUs',
    width: '64px',
    isNumber: true,
    isWide: true,
    value: ({ cpus }) => cpus,
    cell: ({ cpus }) => amount(cpus),
  },
  {
    key: 'mem',
    title: 'Memory',
    width: '84px',
    isNumber: true,
    isWide: true,
    value: ({ mem }) => mem,
    cell: ({ mem }) => memory(mem),
  },
  {
    key: 'changed',
    title: 'Changed',
    width: '104px',
    isWide: true,
    value: ({ changedAt }) => changedAt,
    cell: ({ changedAt }) => <span class="soft">{changedAt === '' ? '' : <Ago at={changedAt} />}</span>,
  },
];

/** Every app of the cluster, by group, with what it uses and how it is. */
export function AppsView() {
  useTitle('Apps');
  const [isCreating, setCreating] = useState(place.value.query.has('create'));
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const chosen = query.getAll('status');
  const group = query.get('group') ?? firstInterestingGroup(appIds.value);
  const all = apps.value;
  const entries = useMemo(
    () => entriesOf(all?.values() ?? [], queue.value, { group, search, statuses: chosen }),
    [all, queue.value, group, search, chosen.join()],
  );
  return (
    <div class="view full">
      <div class="head">
        <h1>Apps</h1>
        <Crumbs group={group} />
        <div class="actions">
          <button type="button" class="button primary" onClick={() => setCreating(true)}>
            <Icon name="plus" /> Create app
          </button>
        </div>
      </div>
      <div class="bar">
        <input
          class="field grow"
          type="search"
          placeholder="Filter by id or label"
          aria-label="Filter by id or label"
          value={search}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <Chips label="Status" words={statuses} chosen={chosen} onChange={(status) => setQuery({ status })} />
      </div>
      <p class="sr" role="status">
        {count(entries.length, 'entry', 'entries')}
      </p>
      <Content entries={entries} isFiltered={search !== '' || chosen.length > 0} />
      {isCreating ? <EditApp app={null} onClose={() => setCreating(false)} /> : null}
    </div>
  );
}

function Content({
  entries,
  isFiltered,
}: {
  readonly entries: readonly Entry[];
  readonly isFiltered: boolean;
}) {
  if (apps.value === null) {
    return appsProblem.value === null ? (
      <p class="soft">Reading apps…</p>
    ) : (
      <Empty title="Marathon does not answer">
        <p>{appsProblem.value}</p>
      </Empty>
    );
  }
  if (entries.length === 0) {
    return isFiltered ? (
      <Empty title="No app matches">
        <button type="button" class="button" onClick={() => setQuery({ q: null, status: null })}>
          Show all apps
        </button>
      </Empty>
    ) : (
      <Empty title="Nothing is deployed on this cluster">
        <p>Create an app here, or run: stagegate up</p>
      </Empty>
    );
  }
  return (
    <Table label="Apps" columns={columns} rows={entries} rowKey={({ kind, id }) => `${kind} ${id}`} fill />
  );
}

function Name({ entry }: { readonly entry: Entry }) {
  const { kind, id, name, apps } = entry;
  if (kind === 'group') {
    return (
      <a class="lead" href={`/apps?group=${encodeURIComponent(id)}`}>
        <Icon name="folder" size={14} /> {name} <span class="soft">{count(apps, 'app')}</span>
      </a>
    );
  }
  const cut = name.lastIndexOf('/') + 1;
  return (
    <a href={`/apps${id}`} title={id}>
      <span class="soft">{name.slice(0, cut)}</span>
      <span class="lead">{name.slice(cut)}</span>
    </a>
  );
}

function Crumbs({ group }: { readonly group: string }) {
  const parts = group.split('/').filter((part) => part !== '');
  if (parts.length === 0) return null;
  return (
    <nav class="crumbs" aria-label="Group">
      <a href="/apps?group=%2F">all</a>
      {parts.map((part, index) => {
        const id = `/${parts.slice(0, index + 1).join('/')}`;
        return (
          <>
            <span aria-hidden="true">/</span>
            <a
              href={`/apps?group=${encodeURIComponent(id)}`}
              aria-current={index === parts.length - 1 ? 'page' : undefined}
            >
              {part}
            </a>
          </>
        );
      })}
    </nav>
  );
}
