import { useMemo } from 'preact/hooks';
import { sandboxOf, stateOf } from '../../../../diagnosis/index.ts';
import { sandboxHref, tasksOf } from '../../data/sandbox.ts';
import type { MesosState, MesosTask } from '../../data/types.ts';
import { amount, memory, shortId } from '../../data/wording.ts';
import { place, setQuery } from '../../router.ts';
import { Ago, Chips, Empty } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';

const columns: readonly Column<MesosTask>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 'minmax(110px, 1.2fr)',
    value: ({ name }) => name,
    cell: ({ name, id }) => (
      <a class="lead" href={`/tasks/${encodeURIComponent(id)}`} title={id}>
        {name}
      </a>
    ),
  },
  {
    key: 'state',
    title: 'State',
    width: '116px',
    value: ({ state }) => state,
    cell: ({ state }) => <StatusMark status={stateOf(state)} />,
  },
  {
    key: 'agent',
    title: 'Agent',
    width: '130px',
    isWide: true,
    value: ({ slave_id }) => slave_id,
    cell: ({ slave_id }) => <a href={`/cluster/agents/${slave_id}`}>{shortId(slave_id)}</a>,
  },
  {
    key: 'role',
    title: 'Role',
    width: '80px',
    isWide: true,
    value: ({ role }) => role ?? '',
    cell: ({ role }) => role,
  },
  {
    key: 'cpus',
    title: 'CPUs',
    width: '56px',
    isNumber: true,
    isWide: true,
    value: ({ resources }) => resources.cpus ?? 0,
    cell: ({ resources }) => amount(resources.cpus),
  },
  {
    key: 'mem',
    title: 'Memory',
    width: '84px',
    isNumber: true,
    isWide: true,
    value: ({ resources }) => resources.mem ?? 0,
    cell: ({ resources }) => memory(resources.mem),
  },
  {
    key: 'since',
    title: 'Since',
    width: '100px',
    isWide: true,
    value: sinceOf,
    cell: (task) => <Ago at={sinceOf(task) * 1000 || null} />,
  },
  {
    key: 'sandbox',
    title: 'Files',
    width: '76px',
    cell: (task) => <a href={sandboxHref(sandboxOf(task))}>sandbox</a>,
  },
];

/** Tasks of the whole cluster, or of one agent, by state. */
export function ClusterTasks({
  state,
  tasks: agentId,
}: {
  readonly state: MesosState;
  readonly tasks: string | null;
}) {
  const chosen = place.value.query.getAll('state');
  const search = (place.value.query.get('q') ?? '').toLowerCase();
  const all = useMemo(
    () => tasksOf(state.frameworks).filter(({ slave_id }) => agentId === null || slave_id === agentId),
    [state, agentId],
  );
  const states = [...new Set(all.map(({ state }) => state))].sort();
  const rows = useMemo(
    () =>
      all
        .filter((task) => chosen.length === 0 || chosen.includes(task.state))
        .filter(({ id, name }) => search === '' || `${id} ${name}`.toLowerCase().includes(search))
        .sort((a, b) => sinceOf(b) - sinceOf(a)),
    [all, chosen.join(), search],
  );
  return (
    <>
      <div class="bar">
        <input
          class="field grow"
          type="search"
          placeholder="Filter by name or id"
          aria-label="Filter tasks"
          value={place.value.query.get('q') ?? ''}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <Chips label="States" words={states} chosen={chosen} onChange={(state) => setQuery({ state })} />
      </div>
      <Table
        label="Tasks"
        columns={columns}
        rows={rows}
        rowKey={({ framework_id, id }) => `${framework_id} ${id}`}
        fill
        empty={<Empty title="No task" />}
      />
    </>
  );
}

function sinceOf({ statuses }: MesosTask): number {
  return statuses?.at(-1)?.timestamp ?? 0;
}
