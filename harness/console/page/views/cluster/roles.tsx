import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../../../plumbing/thrown.ts';
import { call, get } from '../../api.ts';
import type { MesosState, Resources, Role } from '../../data/types.ts';
import { amount, memory } from '../../data/wording.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/parts.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { say } from '../../ui/toasts.tsx';

/** Who shares the cluster: weight, share, quota and what is reserved. */
export function Roles({ state }: { readonly state: MesosState }) {
  const [roles, setRoles] = useState<readonly Role[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Role | null>(null);
  const read = (): Promise<void> =>
    get<{ roles: readonly Role[] }>('mesos/roles').then(
      (answer) => setRoles(answer.roles),
      (error) => setProblem(messageOf(error)),
    );
  useEffect(() => void read(), [state]);
  if (problem !== null)
    return (
      <Empty title="Roles cannot be read">
        <p>{problem}</p>
      </Empty>
    );
  if (roles === null) return <p class="soft">Reading roles…</p>;
  const columns: readonly Column<Role>[] = [
    {
      key: 'name',
      title: 'Role',
      width: 'minmax(80px, 1fr)',
      value: ({ name }) => name,
      cell: ({ name }) => <span class="lead">{name}</span>,
    },
    {
      key: 'weight',
      title: 'Weight',
      width: '70px',
      isNumber: true,
      value: ({ weight }) => weight,
      cell: ({ weight }) => amount(weight),
    },
    {
      key: 'share',
      title: 'Share',
      width: '70px',
      isNumber: true,
      value: (role) => shareOf(role, state),
      cell: (role) => `${amount(shareOf(role, state) * 100)} %`,
    },
    {
      key: 'allocated',
      title: 'Allocated',
      width: '170px',
      isWide: true,
      cell: ({ allocated, resources }) => written(allocated ?? resources),
    },
    {
      key: 'offered',
      title: 'Offered',
      width: '150px',
      isWide: true,
      cell: ({ offered }) => written(offered),
    },
    {
      key: 'reserved',
      title: 'Reserved',
      width: '150px',
      isWide: true,
      cell: ({ reserved }) => written(reserved),
    },
    {
      key: 'quota',
      title: 'Quota: guarantee, limit',
      width: 'minmax(140px, 1.2fr)',
      isWide: true,
      cell: ({ quota }) => `${written(quota?.guarantee)}, ${written(quota?.limit, 'no limit')}`,
    },
    {
      key: 'do',
      title: 'Do',
      width: '70px',
      cell: (role) => (
        <button
          type="button"
          class="button small quiet"
          aria-label={`Edit role ${role.name}`}
          onClick={() => setChosen(role)}
        >
          Edit
        </button>
      ),
    },
  ];
  return (
    <>
      <Table
        label="Roles"
        columns={columns}
        rows={roles}
        rowKey={({ name }) => name}
        empty={<Empty title="No role is in use" />}
      />
      {chosen === null ? null : <EditRole role={chosen} onClose={() => setChosen(null)} onDone={read} />}
    </>
  );
}

/** Mesos' dominant share: the largest part it has of any one resource. */
function shareOf({ allocated, resources }: Role, state: MesosState): number {
  const used = allocated ?? resources ?? {};
  const part = (name: 'cpus' | 'mem'): number => {
    const total = state.slaves.reduce((sum, agent) => sum + (agent.resources[name] ?? 0), 0);
    return total === 0 ? 0 : (used[name] ?? 0) / total;
  };
  return Math.max(part('cpus'), part('mem'));
}

function written(resources: Resources | undefined, none = 'nothing'): string {
  const parts = [
    ...(resources?.cpus ? [`${amount(resources.cpus)} CPUs`] : []),
    ...(resources?.mem ? [memory(resources.mem)] : []),
  ];
  return parts.length === 0 ? none : parts.join(', ');
}

function EditRole({
  role,
  onClose,
  onDone,
}: {
  readonly role: Role;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}) {
  const { guarantee = {}, limit = {} } = role.quota ?? {};
  const [values, setValues] = useState({
    weight: String(role.weight),
    guaranteeCpus: text(guarantee.cpus),
    guaranteeMem: text(guarantee.mem),
    limitCpus: text(limit.cpus),
    limitMem: text(limit.mem),
  });
  const field = (name: keyof typeof values, title: string): object => (
    <label class="stack">
      {title}
      <input
        class="field"
        type="number"
        min={0}
        step="any"
        value={values[name]}
        onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <Dialog
      title={`Edit role ${role.name}`}
      action="Save"
      onClose={onClose}
      onAct={async () => {
        if (Number(values.weight) !== role.weight) {
          await call('POST', 'mesos/api/v1', {
            type: 'UPDATE_WEIGHTS',
            update_weights: { weight_infos: [{ role: role.name, weight: Number(values.weight) }] },
          });
        }
        const config = {
          role: role.name,
          guarantees: quantities(values.guaranteeCpus, values.guaranteeMem),
          limits: quantities(values.limitCpus, values.limitMem),
        };
        const before = {
          role: role.name,
          guarantees: quantities(text(guarantee.cpus), text(guarantee.mem)),
          limits: quantities(text(limit.cpus), text(limit.mem)),
        };
        if (JSON.stringify(config) !== JSON.stringify(before))
          await call('POST', 'mesos/api/v1', {
            type: 'UPDATE_QUOTA',
            update_quota: { quota_configs: [config] },
          });
        await onDone();
        say('good', `Role ${role.name} was changed.`);
      }}
    >
      {field('weight', 'Weight')}
      <div class="split narrow">
        {field('guaranteeCpus', 'Guaranteed CPUs')}
        {field('guaranteeMem', 'Guaranteed memory (MiB)')}
        {field('limitCpus', 'At most CPUs')}
        {field('limitMem', 'At most memory (MiB)')}
      </div>
      <p class="soft">Leave a limit empty for none. Mesos refuses guarantees that the cluster cannot meet.</p>
    </Dialog>
  );
}

function text(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

function quantities(cpus: string, mem: string): Readonly<Record<string, { value: number }>> {
  return {
    ...(cpus === '' ? {} : { cpus: { value: Number(cpus) } }),
    ...(mem === '' ? {} : { mem: { value: Number(mem) } }),
  };
}
