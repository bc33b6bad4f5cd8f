import { useState } from 'preact/hooks';
import { appIdOfTask, sandboxOf, stateOf, taskStatusOf } from '../../../../diagnosis/index.ts';
import { apps } from '../../data/apps.ts';
import type { MesosTask, Task } from '../../data/types.ts';
import { useApp } from '../../data/use-app.ts';
import { useTask } from '../../data/use-task.ts';
import { amount, memory, shortTask } from '../../data/wording.ts';
import { Ago, chosenTab, Empty, Facts, Tabs, useTitle } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { Kill } from '../apps/tasks.tsx';
import { LogPanel } from '../logs/log-panel.tsx';
import { Files } from '../sandbox/files.tsx';
import { Health } from './health.tsx';
import { Terminal } from './terminal.tsx';

const tabs = [
  { key: 'inspect', title: 'Inspect' },
  { key: 'logs', title: 'Logs' },
  { key: 'files', title: 'Files' },
  { key: 'terminal', title: 'Terminal' },
];

/** One task: what it is, what it prints, its files, and a shell in it. */
export function TaskView({ id }: { readonly id: string }) {
  useTitle(`Task ${shortTask(id)}`);
  const task = useTask(id);
  const appId = appIdOfTask(id);
  if (task === undefined) return <div class="view soft">Reading the task…</div>;
  if (task === null) {
    return (
      <div class="view">
        <Empty title="Mesos does not remember this task">
          <p>It ended long ago, or its cluster is another one.</p>
        </Empty>
      </div>
    );
  }
  return apps.value?.has(appId) === true ? (
    <OfApp task={task} appId={appId} />
  ) : (
    <Loaded task={task} marathon={null} appId={null} />
  );
}

function OfApp({ task, appId }: { readonly task: MesosTask; readonly appId: string }) {
  const loaded = useApp(appId);
  const marathon =
    loaded.kind === 'loaded' ? (loaded.app.tasks?.find(({ id }) => id === task.id) ?? null) : null;
  return <Loaded task={task} marathon={marathon} appId={appId} />;
}

function Loaded({
  task,
  marathon,
  appId,
}: {
  readonly task: MesosTask;
  readonly marathon: Task | null;
  readonly appId: string | null;
}) {
  const [isKilling, setKilling] = useState(false);
  const tab = chosenTab(tabs);
  const isLive = tab === 'logs' || tab === 'terminal';
  return (
    <div class={`view ${isLive ? 'full' : ''}`}>
      <nav class="crumbs" aria-label="App">
        <a href="/apps">Apps</a>
        {appId === null ? null : (
          <>
            <span aria-hidden="true">/</span>
            <a href={`/apps${appId}`}>{appId}</a>
          </>
        )}
      </nav>
      <div class="head">
        <h1>
          Task <span class="mono">{shortTask(task.id)}</span>
        </h1>
        <StatusMark status={marathon === null ? stateOf(task.state) : taskStatusOf(marathon)} pill />
        {marathon === null ? null : (
          <div class="actions">
            <button type="button" class="button danger" onClick={() => setKilling(true)}>
              Kill
            </button>
          </div>
        )}
      </div>
      <Tabs tabs={tabs} label="Parts of the task" />
      {tab === 'inspect' ? <Inspect task={task} marathon={marathon} /> : null}
      {tab === 'logs' ? <LogPanel appIds={appId === null ? [] : [appId]} taskId={task.id} /> : null}
      {tab === 'files' ? <Files sandbox={sandboxOf(task)} /> : null}
      {tab === 'terminal' ? <Terminal task={task} /> : null}
      {isKilling && marathon !== null ? <Kill task={marathon} onClose={() => setKilling(false)} /> : null}
    </div>
  );
}

function Inspect({ task, marathon }: { readonly task: MesosTask; readonly marathon: Task | null }) {
  const { statuses = [], resources } = task;
  return (
    <div class="split">
      <section class="card">
        <h2>Task</h2>
        <Facts
          facts={[
            [
              'Id',
              <span key="id" class="mono">
                {task.id}
              </span>,
            ],
            [
              'Agent',
              <a key="agent" class="mono" href={`/cluster/agents/${task.slave_id}`}>
                {task.slave_id}
              </a>,
            ],
            [
              'Framework',
              <span key="framework" class="mono">
                {task.framework_id}
              </span>,
            ],
            ['User', task.user ?? 'unknown'],
            [
              'Resources',
              `${amount(resources.cpus)} CPUs, ${memory(resources.mem)}, disk ${memory(resources.disk)}`,
            ],
            [
              'Ports',
              marathon === null
                ? (resources.ports ?? 'none')
                : marathon.ports.map((port) => `${marathon.host}:${port}`).join(', ') || 'none',
            ],
            ['Definition of', marathon === null ? 'unknown' : <Ago key="version" at={marathon.version} />],
          ]}
        />
      </section>
      <section class="card">
        <h2>States</h2>
        <Facts
          facts={statuses.map(({ state, timestamp, message, healthy }) => [
            stateOf(state).word,
            <>
              <Ago at={timestamp * 1000} />
              {healthy === undefined ? '' : healthy ? ', healthy' : ', unhealthy'}
              {message === undefined ? '' : `: ${message}`}
            </>,
          ])}
        />
      </section>
      <section class="card">
        <h2>Health</h2>
        <Health results={marathon?.healthCheckResults ?? []} />
      </section>
    </div>
  );
}
