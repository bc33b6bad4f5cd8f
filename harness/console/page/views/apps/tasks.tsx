import { useState } from 'preact/hooks';
import { taskStatusOf } from '../../../../diagnosis/index.ts';
import { call } from '../../api.ts';
import { refresh } from '../../data/apps.ts';
import type { App, Task } from '../../data/types.ts';
import { count, shortTask } from '../../data/wording.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Ago } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { say } from '../../ui/toasts.tsx';

/** The tasks of one app, and the way to kill one. */
export function Tasks({ app }: { readonly app: App }) {
  const [victim, setVictim] = useState<Task | null>(null);
  const tasks = app.tasks ?? [];
  const columns: readonly Column<Task>[] = [
    {
      key: 'id',
      title: 'Task',
      width: 'minmax(96px, 1.3fr)',
      value: ({ id }) => id,
      cell: ({ id }) => (
        <a class="mono lead" href={`/tasks/${id}`} title={id}>
          {shortTask(id)}
        </a>
      ),
    },
    {
      key: 'health',
      title: 'Status',
      width: '110px',
      value: (task) => taskStatusOf(task).word,
      cell: (task) => <StatusMark status={taskStatusOf(task)} />,
    },
    {
      key: 'host',
      title: 'Address',
      width: 'minmax(110px, 1.2fr)',
      isWide: true,
      value: ({ host }) => host,
      cell: ({ host, ports }) => (
        <span class="mono">{`${host}${ports.length > 0 ? `:${ports.join(', ')}` : ''}`}</span>
      ),
    },
    {
      key: 'version',
      title: 'Definition',
      width: '150px',
      isWide: true,
      value: ({ version }) => version,
      cell: ({ version }) => (version === app.version ? 'current' : <Ago at={version} />),
    },
    {
      key: 'started',
      title: 'Started',
      width: '100px',
      isWide: true,
      value: ({ startedAt }) => startedAt ?? '',
      cell: ({ startedAt, stagedAt }) => <Ago at={startedAt ?? stagedAt} />,
    },
    {
      key: 'do',
      title: 'Do',
      width: '130px',
      cell: (task) => (
        <>
          <a class="button small quiet" href={`/tasks/${task.id}?tab=logs`}>
            Logs
          </a>
          <button
            type="button"
            class="button small quiet danger"
            aria-label={`Kill task ${shortTask(task.id)}`}
            onClick={() => setVictim(task)}
          >
            Kill
          </button>
        </>
      ),
    },
  ];
  return (
    <>
      <Table
        label="Tasks"
        columns={columns}
        rows={tasks}
        rowKey={({ id }) => id}
        empty={<NoTasks app={app} />}
      />
      {victim === null ? null : <Kill task={victim} onClose={() => setVictim(null)} />}
    </>
  );
}

function NoTasks({ app }: { readonly app: App }) {
  return app.instances === 0 ? (
    <b>Suspended: scale it up to start it</b>
  ) : (
    <b>No task runs yet; {count(app.instances, 'task is', 'tasks are')} wanted</b>
  );
}

/** Kills one task; Marathon starts another in its place unless the app is scaled down with it. */
export function Kill({ task, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const [scales, setScales] = useState(false);
  return (
    <Dialog
      title={`Kill task ${shortTask(task.id)}?`}
      action={scales ? 'Kill and scale down' : 'Kill'}
      isDangerous
      onClose={onClose}
      onAct={async (force) => {
        const query = new URLSearchParams({ scale: String(scales), force: String(force) });
        await call('DELETE', `marathon/v2/apps${task.appId}/tasks/${task.id}?${query}`);
        refresh(task.appId);
        say(
          'busy',
          scales
            ? 'The task is killed, and the app wants one less.'
            : 'The task is killed; Marathon starts another.',
          `/apps${task.appId}`,
        );
      }}
    >
      <p>
        {task.appId} on <span class="mono">{task.host}</span>
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={scales}
          onChange={(event) => setScales(event.currentTarget.checked)}
        />
        Also scale the app down by one, so that no other task takes its place
      </label>
    </Dialog>
  );
}
