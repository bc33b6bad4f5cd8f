import { agentStatusOf } from '../../data/agents.ts';
import { tasksOf } from '../../data/sandbox.ts';
import type { Agent, MesosState } from '../../data/types.ts';
import { amount, memory, shortId } from '../../data/wording.ts';
import { Ago, Empty } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';

/** Every agent, and what of it is used. */
export function Agents({ state }: { readonly state: MesosState }) {
  const running = new Map<string, number>();
  for (const task of tasksOf(state.frameworks)) {
    if (task.state === 'TASK_RUNNING') running.set(task.slave_id, (running.get(task.slave_id) ?? 0) + 1);
  }
  const columns: readonly Column<Agent>[] = [
    {
      key: 'id',
      title: 'Agent',
      width: 'minmax(130px, 1.4fr)',
      value: ({ id }) => id,
      cell: ({ id, hostname, port }) => (
        <a href={`/cluster/agents/${id}`} title={id}>
          <span class="lead">{shortId(id)}</span> <span class="soft">{`${hostname}:${port}`}</span>
        </a>
      ),
    },
    {
      key: 'status',
      title: 'Status',
      width: '116px',
      cell: (agent) => <StatusMark status={agentStatusOf(agent)} />,
    },
    {
      key: 'tasks',
      title: 'Tasks',
      width: '60px',
      isNumber: true,
      isWide: true,
      value: ({ id }) => running.get(id) ?? 0,
      cell: ({ id }) => running.get(id) ?? 0,
    },
    {
      key: 'cpus',
      title: 'CPUs',
      width: '96px',
      isNumber: true,
      value: ({ used_resources }) => used_resources.cpus ?? 0,
      cell: ({ used_resources, resources }) => `${amount(used_resources.cpus)} of ${amount(resources.cpus)}`,
    },
    {
      key: 'mem',
      title: 'Memory',
      width: '160px',
      isNumber: true,
      isWide: true,
      value: ({ used_resources }) => used_resources.mem ?? 0,
      cell: ({ used_resources, resources }) => `${memory(used_resources.mem)} of ${memory(resources.mem)}`,
    },
    {
      key: 'disk',
      title: 'Disk',
      width: '140px',
      isNumber: true,
      isWide: true,
      cell: ({ used_resources, resources }) => `${memory(used_resources.disk)} of ${memory(resources.disk)}`,
    },
    {
      key: 'attributes',
      title: 'Attributes',
      width: 'minmax(60px, 1fr)',
      isWide: true,
      cell: ({ attributes }) => (
        <span class="soft">
          {Object.entries(attributes)
            .map(([name, value]) => `${name}:${value}`)
            .join(', ')}
        </span>
      ),
    },
    {
      key: 'since',
      title: 'Registered',
      width: '104px',
      isWide: true,
      value: ({ registered_time }) => registered_time,
      cell: ({ registered_time }) => <Ago at={registered_time * 1000} />,
    },
  ];
  return (
    <Table
      label="Agents"
      columns={columns}
      rows={state.slaves}
      rowKey={({ id }) => id}
      empty={<Empty title="No agent has registered" />}
    />
  );
}
