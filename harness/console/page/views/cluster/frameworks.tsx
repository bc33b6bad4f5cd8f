import { useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { readMesos } from '../../data/mesos.ts';
import type { Framework, MesosState } from '../../data/types.ts';
import { amount, memory } from '../../data/wording.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Ago, Empty } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { say } from '../../ui/toasts.tsx';

/** Who is registered with the master, and who was. */
export function Frameworks({ state }: { readonly state: MesosState }) {
  const [victim, setVictim] = useState<Framework | null>(null);
  const [typed, setTyped] = useState('');
  const columns: readonly Column<Framework>[] = [
    {
      key: 'name',
      title: 'Framework',
      width: 'minmax(110px, 1.4fr)',
      value: ({ name }) => name,
      cell: ({ name, id }) => (
        <span title={id}>
          <span class="lead">{name}</span> <span class="soft mono">{id.slice(-5)}</span>
        </span>
      ),
    },
    {
      key: 'state',
      title: 'Status',
      width: '120px',
      cell: ({ active, connected }) => (
        <StatusMark
          status={
            active
              ? { word: 'Active', tone: 'good' }
              : connected === false
                ? { word: 'Disconnected', tone: 'bad' }
                : { word: 'Inactive', tone: 'idle' }
          }
        />
      ),
    },
    {
      key: 'roles',
      title: 'Roles',
      width: 'minmax(70px, 1fr)',
      isWide: true,
      cell: ({ roles = [] }) => roles.join(', '),
    },
    {
      key: 'tasks',
      title: 'Tasks',
      width: '60px',
      isNumber: true,
      value: ({ tasks = [] }) => tasks.length,
      cell: ({ tasks = [] }) => tasks.length,
    },
    {
      key: 'cpus',
      title: 'CPUs',
      width: '64px',
      isNumber: true,
      isWide: true,
      cell: ({ used_resources }) => amount(used_resources.cpus),
    },
    {
      key: 'mem',
      title: 'Memory',
      width: '84px',
      isNumber: true,
      isWide: true,
      cell: ({ used_resources }) => memory(used_resources.mem),
    },
    {
      key: 'since',
      title: 'Registered',
      width: '104px',
      isWide: true,
      cell: ({ registered_time }) => <Ago at={registered_time * 1000} />,
    },
    {
      key: 'do',
      title: 'Do',
      width: '90px',
      cell: (framework) => (
        <button
          type="button"
          class="button small quiet danger"
          aria-label={`Tear down ${framework.name}`}
          onClick={() => setVictim(framework)}
        >
          Tear down
        </button>
      ),
    },
  ];
  const past = state.completed_frameworks ?? [];
  return (
    <>
      <Table
        label="Frameworks"
        columns={columns}
        rows={state.frameworks}
        rowKey={({ id }) => id}
        empty={<Empty title="No framework is registered" />}
      />
      {past.length === 0 ? null : (
        <>
          <h2>Completed</h2>
          <Table
            label="Completed frameworks"
            columns={columns.filter(({ key }) => key !== 'do' && key !== 'state')}
            rows={past}
            rowKey={({ id }) => id}
          />
        </>
      )}
      {victim === null ? null : (
        <Dialog
          title={`Tear ${victim.name} down?`}
          action="Tear down"
          isDangerous
          canAct={typed === victim.name}
          onClose={() => {
            setVictim(null);
            setTyped('');
          }}
          onAct={async () => {
            await call('POST', 'mesos/api/v1', {
              type: 'TEARDOWN',
              teardown: { framework_id: { value: victim.id } },
            });
            await readMesos();
            say('warn', `${victim.name} was torn down.`);
          }}
        >
          <p>All its tasks are killed at once, and it cannot register again under this id.</p>
          <label class="stack">
            Type {victim.name} to confirm
            <input
              class="field"
              value={typed}
              autocomplete="off"
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
        </Dialog>
      )}
    </>
  );
}
