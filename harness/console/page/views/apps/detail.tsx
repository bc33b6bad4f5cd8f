import { shortName, statusOf } from '../../../../diagnosis/index.ts';
import { appIds, queue } from '../../data/apps.ts';
import type { App } from '../../data/types.ts';
import { useApp } from '../../data/use-app.ts';
import { amount, memory } from '../../data/wording.ts';
import { Ago, chosenTab, Empty, Facts, Tabs, useTitle } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { EventsTable } from '../timeline/events-table.tsx';
import { AppActions } from './actions.tsx';
import { Configuration } from './configuration.tsx';
import { Tasks } from './tasks.tsx';
import { Versions } from './versions.tsx';
import { WhyNot } from './why-not.tsx';

const tabs = [
  { key: 'tasks', title: 'Tasks' },
  { key: 'configuration', title: 'Configuration' },
  { key: 'versions', title: 'Versions' },
  { key: 'events', title: 'Events' },
];

/** One app: how it is, why it is not better, its tasks, definition and versions. */
export function AppView({ id }: { readonly id: string }) {
  useTitle(id);
  const loaded = useApp(id);
  switch (loaded.kind) {
    case 'loading':
      return <div class="view soft">Reading {id}…</div>;
    case 'missing':
      return (
        <div class="view">
          <Empty title={`There is no app ${id}`}>
            <p>
              It may have been destroyed.{' '}
              {appIds.value.length > 0 ? <a href="/apps">See the apps there are</a> : null}
            </p>
          </Empty>
        </div>
      );
    case 'problem':
      return (
        <div class="view">
          <Empty title="This app cannot be read now">
            <p>{loaded.message}</p>
          </Empty>
        </div>
      );
    case 'loaded':
      return <Loaded app={loaded.app} />;
  }
}

function Loaded({ app }: { readonly app: App }) {
  const entry = queue.value.get(app.id);
  const name = shortName(app.id);
  const group = app.id.slice(0, app.id.lastIndexOf('/')) || '/';
  const tab = chosenTab(tabs);
  return (
    <div class="view">
      <nav class="crumbs" aria-label="Group">
        <a href="/apps?group=%2F">Apps</a>
        <span aria-hidden="true">/</span>
        <a href={`/apps?group=${encodeURIComponent(group)}`}>{group}</a>
      </nav>
      <div class="head">
        <h1>{name}</h1>
        <StatusMark status={statusOf(app, entry)} pill />
        <span class="soft">
          {app.tasksRunning ?? 0} of {app.instances} running
        </span>
        <AppActions app={app} />
      </div>
      <WhyNot app={app} entry={entry} />
      <div class="card">
        <Facts
          facts={[
            ['Each task', `${amount(app.cpus)} CPUs, ${memory(app.mem)}`],
            ['Runs', app.container?.docker?.image ?? app.cmd ?? (app.args ?? []).join(' ')],
            ['Changed', <Ago key="at" at={app.versionInfo?.lastConfigChangeAt ?? app.version} />],
            ['Look at', <Links key="links" app={app} />],
          ]}
        />
      </div>
      <Tabs tabs={tabs} label="Parts of the app" />
      {tab === 'tasks' ? <Tasks app={app} /> : null}
      {tab === 'configuration' ? <Configuration app={app} /> : null}
      {tab === 'versions' ? <Versions app={app} /> : null}
      {tab === 'events' ? <EventsTable matches={({ subject }) => subject === app.id} /> : null}
    </div>
  );
}

function Links({ app }: { readonly app: App }) {
  const id = encodeURIComponent(app.id);
  return (
    <>
      <a href={`/logs?app=${id}`}>logs</a>, <a href={`/requests?app=${id}`}>requests</a>,{' '}
      <a href={`/timeline?app=${id}`}>timeline</a>
    </>
  );
}
