import { mesosProblem, useMesos } from '../../data/mesos.ts';
import type { MesosState } from '../../data/types.ts';
import { place } from '../../router.ts';
import { Empty, useTitle } from '../../ui/parts.tsx';
import { AgentView } from './agent.tsx';
import { Agents } from './agents.tsx';
import { ClusterTasks } from './cluster-tasks.tsx';
import { Frameworks } from './frameworks.tsx';
import { Maintenance } from './maintenance.tsx';
import { Offers } from './offers.tsx';
import { Overview } from './overview.tsx';
import { Roles } from './roles.tsx';

const pages = [
  ['', 'Overview'],
  ['agents', 'Agents'],
  ['roles', 'Roles'],
  ['frameworks', 'Frameworks'],
  ['offers', 'Offers'],
  ['tasks', 'Tasks'],
  ['maintenance', 'Maintenance'],
] as const;

/** What Mesos has, who uses it, and what it promises to whom. */
export function ClusterView({ page, id }: { readonly page: string; readonly id: string }) {
  const title = pages.find(([key]) => key === page)?.[1] ?? 'Cluster';
  useTitle(title);
  const state = useMesos();
  const isList = page === 'tasks' || page === 'offers';
  return (
    <div class={`view ${isList ? 'full' : ''}`}>
      <div class="head">
        <h1>Cluster</h1>
        {state === null ? null : <span class="soft">{`Mesos ${state.version}, ${state.hostname}`}</span>}
      </div>
      <nav class="tabs" aria-label="Parts of the cluster">
        {pages.map(([key, name]) => (
          <a
            key={key}
            href={key === '' ? '/cluster' : `/cluster/${key}`}
            aria-current={page === key ? 'page' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      {state === null ? <Unread /> : <Page page={page} id={id} state={state} />}
    </div>
  );
}

function Unread() {
  if (mesosProblem.value === null) return <p class="soft">Reading the cluster…</p>;
  return (
    <Empty title="Mesos does not answer">
      <p>{mesosProblem.value}</p>
    </Empty>
  );
}

function Page({
  page,
  id,
  state,
}: {
  readonly page: string;
  readonly id: string;
  readonly state: MesosState;
}) {
  switch (page) {
    case 'agents':
      return id === '' ? <Agents state={state} /> : <AgentView state={state} id={id} />;
    case 'roles':
      return <Roles state={state} />;
    case 'frameworks':
      return <Frameworks state={state} />;
    case 'offers':
      return <Offers state={state} />;
    case 'tasks':
      return <ClusterTasks tasks={place.value.query.get('agent')} state={state} />;
    case 'maintenance':
      return <Maintenance state={state} />;
    default:
      return <Overview state={state} />;
  }
}
