import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../../../plumbing/thrown.ts';
import { call, get } from '../../api.ts';
import { agentStatusOf } from '../../data/agents.ts';
import type { MesosState } from '../../data/types.ts';
import { moment } from '../../data/wording.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { say } from '../../ui/toasts.tsx';

interface Machine {
  readonly hostname?: string;
  readonly ip?: string;
}

interface Window {
  readonly machine_ids?: readonly Machine[];
  readonly unavailability: {
    readonly start: { readonly nanoseconds: number };
    readonly duration?: { readonly nanoseconds: number };
  };
}

interface Schedule {
  readonly windows?: readonly Window[];
}

interface Planned {
  readonly machine: Machine;
  readonly start: number;
  readonly minutes: number | null;
}

interface Statuses {
  readonly down_machines?: readonly Machine[];
}

/** Which machines go into maintenance and when; and what is drained now. */
export function Maintenance({ state }: { readonly state: MesosState }) {
  const [schedule, setSchedule] = useState<Schedule>({});
  const [down, setDown] = useState<readonly Machine[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [isPlanning, setPlanning] = useState(false);
  const read = async (): Promise<void> => {
    try {
      setSchedule(await get<Schedule>('mesos/maintenance/schedule'));
      setDown((await get<Statuses>('mesos/maintenance/status')).down_machines ?? []);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  useEffect(() => void read(), []);
  const isDown = (machine: Machine): boolean =>
    down.some((one) => one.hostname === machine.hostname && one.ip === machine.ip);
  const change = async (type: 'START_MAINTENANCE' | 'STOP_MAINTENANCE', machine: Machine): Promise<void> => {
    try {
      await call('POST', 'mesos/api/v1', { type, [type.toLowerCase()]: { machines: [machine] } });
      await read();
    } catch (error) {
      say('bad', messageOf(error));
    }
  };
  const planned = (schedule.windows ?? []).flatMap(({ machine_ids = [], unavailability }) =>
    machine_ids.map((machine) => ({
      machine,
      start: unavailability.start.nanoseconds / 1e6,
      minutes: unavailability.duration === undefined ? null : unavailability.duration.nanoseconds / 60e9,
    })),
  );
  const columns: readonly Column<Planned>[] = [
    {
      key: 'machine',
      title: 'Machine',
      width: 'minmax(110px, 1fr)',
      cell: ({ machine }) => <span class="lead">{nameOf(machine)}</span>,
    },
    { key: 'start', title: 'From', width: '190px', isWide: true, cell: ({ start }) => moment(start) },
    {
      key: 'minutes',
      title: 'For',
      width: '110px',
      isWide: true,
      cell: ({ minutes }) => (minutes === null ? 'open end' : `${minutes} min`),
    },
    {
      key: 'state',
      title: 'Now',
      width: '110px',
      cell: ({ machine }) => (
        <StatusMark
          status={isDown(machine) ? { word: 'Down', tone: 'bad' } : { word: 'Draining', tone: 'busy' }}
        />
      ),
    },
    {
      key: 'do',
      title: 'Do',
      width: '150px',
      cell: ({ machine }) =>
        isDown(machine) ? (
          <button type="button" class="button small" onClick={() => void change('STOP_MAINTENANCE', machine)}>
            Bring up
          </button>
        ) : (
          <button
            type="button"
            class="button small danger"
            onClick={() => void change('START_MAINTENANCE', machine)}
          >
            Take down now
          </button>
        ),
    },
  ];
  const drained = state.slaves.filter(
    ({ drain_info, deactivated }) => drain_info !== undefined || deactivated === true,
  );
  return (
    <>
      <div class="head">
        <h2>Schedule</h2>
        <div class="actions">
          <button type="button" class="button" onClick={() => setPlanning(true)}>
            Plan maintenance
          </button>
        </div>
      </div>
      {problem === null ? null : <p class="notice bad">{problem}</p>}
      <Table
        label="Maintenance"
        columns={columns}
        rows={planned}
        rowKey={({ machine, start }) => `${nameOf(machine)} ${start}`}
        empty={<Empty title="No maintenance is planned" />}
      />
      <h2>Agents out of use</h2>
      {drained.length === 0 ? (
        <p class="soft">Every agent takes tasks. An agent is drained on its own page.</p>
      ) : null}
      <ul class="plain">
        {drained.map((agent) => (
          <li key={agent.id}>
            <StatusMark status={agentStatusOf(agent)} />{' '}
            <a href={`/cluster/agents/${agent.id}`}>{agent.id}</a>
          </li>
        ))}
      </ul>
      {isPlanning ? (
        <Plan state={state} schedule={schedule} onClose={() => setPlanning(false)} onDone={read} />
      ) : null}
    </>
  );
}

interface PlanProps {
  readonly state: MesosState;
  readonly schedule: Schedule;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

function Plan({ state, schedule, onClose, onDone }: PlanProps) {
  const machines = [
    ...new Map(
      state.slaves.map(({ hostname, pid }) => [`${hostname} ${ipOf(pid)}`, { hostname, ip: ipOf(pid) }]),
    ).values(),
  ];
  const [chosen, setChosen] = useState(0);
  const [inMinutes, setInMinutes] = useState('10');
  const [minutes, setMinutes] = useState('60');
  return (
    <Dialog
      title="Plan maintenance"
      action="Plan"
      canAct={machines.length > 0 && Number(inMinutes) >= 0 && Number(minutes) > 0}
      onClose={onClose}
      onAct={async () => {
        const start = { nanoseconds: (Date.now() + Number(inMinutes) * 60_000) * 1e6 };
        const window = {
          machine_ids: [machines[chosen]],
          unavailability: { start, duration: { nanoseconds: Number(minutes) * 60e9 } },
        };
        const update_maintenance_schedule = { schedule: { windows: [...(schedule.windows ?? []), window] } };
        await call('POST', 'mesos/api/v1', {
          type: 'UPDATE_MAINTENANCE_SCHEDULE',
          update_maintenance_schedule,
        });
        await onDone();
        say('good', 'Maintenance is planned; frameworks are told.');
      }}
    >
      <label class="stack">
        Machine
        <select
          class="field"
          value={chosen}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        >
          {machines.map((machine, index) => (
            <option key={nameOf(machine)} value={index}>
              {nameOf(machine)}
            </option>
          ))}
        </select>
      </label>
      <label class="stack">
        Starts in (minutes)
        <input
          class="field"
          type="number"
          min={0}
          value={inMinutes}
          onInput={(event) => setInMinutes(event.currentTarget.value)}
        />
      </label>
      <label class="stack">
        Takes (minutes)
        <input
          class="field"
          type="number"
          min={1}
          value={minutes}
          onInput={(event) => setMinutes(event.currentTarget.value)}
        />
      </label>
    </Dialog>
  );
}

function ipOf(pid: string): string {
  return pid.slice(pid.lastIndexOf('@') + 1).replace(/:\d+$/, '');
}

function nameOf({ hostname = '', ip = '' }: Machine): string {
  return hostname === ip || ip === '' ? hostname : `${hostname} (${ip})`;
}
