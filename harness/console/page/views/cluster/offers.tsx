import type { MesosState, Offer } from '../../data/types.ts';
import { amount, memory, shortId } from '../../data/wording.ts';
import { Empty } from '../../ui/parts.tsx';
import { type Column, Table } from '../../ui/table.tsx';

/** What the master has offered and nobody has answered yet. */
export function Offers({ state }: { readonly state: MesosState }) {
  const offers = state.frameworks.flatMap(({ offers = [] }) => offers);
  const nameOf = (id: string): string =>
    state.frameworks.find((framework) => framework.id === id)?.name ?? id;
  const columns: readonly Column<Offer>[] = [
    {
      key: 'id',
      title: 'Offer',
      width: 'minmax(110px, 1fr)',
      cell: ({ id }) => (
        <span class="mono" title={id}>
          {shortId(id)}
        </span>
      ),
    },
    {
      key: 'framework',
      title: 'To',
      width: 'minmax(80px, 1fr)',
      cell: ({ framework_id }) => nameOf(framework_id),
    },
    {
      key: 'agent',
      title: 'Of agent',
      width: '140px',
      isWide: true,
      cell: ({ slave_id }) => <a href={`/cluster/agents/${slave_id}`}>{shortId(slave_id)}</a>,
    },
    {
      key: 'cpus',
      title: 'CPUs',
      width: '70px',
      isNumber: true,
      value: ({ resources }) => resources.cpus ?? 0,
      cell: ({ resources }) => amount(resources.cpus),
    },
    {
      key: 'mem',
      title: 'Memory',
      width: '90px',
      isNumber: true,
      value: ({ resources }) => resources.mem ?? 0,
      cell: ({ resources }) => memory(resources.mem),
    },
    {
      key: 'ports',
      title: 'Ports',
      width: 'minmax(80px, 1fr)',
      isWide: true,
      cell: ({ resources }) => <span class="soft">{resources.ports ?? ''}</span>,
    },
  ];
  return (
    <Table
      label="Offers"
      columns={columns}
      rows={offers}
      rowKey={({ id }) => id}
      empty={
        <Empty title="No offer is outstanding">
          <p>Frameworks that want nothing have told the master so; others answer within moments.</p>
        </Empty>
      }
    />
  );
}
