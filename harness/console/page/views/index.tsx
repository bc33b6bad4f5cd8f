import type { VNode } from 'preact';
import { about } from '../about.ts';
import { AppView } from './apps/detail.tsx';
import { AppsView } from './apps/list.tsx';
import { ClusterView } from './cluster/cluster.tsx';
import { DeploymentsView } from './deployments.tsx';
import { LogsView } from './logs/logs.tsx';
import { RequestPath } from './requests/path.tsx';
import { RequestsView } from './requests/requests.tsx';
import { RunView } from './runs/run.tsx';
import { RunsView } from './runs/runs.tsx';
import { SandboxView } from './sandbox/files.tsx';
import { SystemPage } from './system/system.tsx';
import { TaskView } from './task/task.tsx';
import { TimelineView } from './timeline/timeline.tsx';

/** The view of an address; null when it means nothing. */
export function viewAt(path: string): VNode | null {
  const [, first = '', ...rest] = path.split('/');
  const [second = '', third = ''] = rest;
  switch (first) {
    case '':
    case 'system':
      return <Home />;
    case 'apps':
      return rest.length === 0 ? <AppsView /> : <AppView id={`/${rest.join('/')}`} />;
    case 'runs':
      return second === '' ? <RunsView /> : <RunView id={decodeURIComponent(second)} />;
    case 'deployments':
      return <DeploymentsView />;
    case 'tasks':
      return <TaskView id={second} />;
    case 'sandbox':
      return (
        <SandboxView sandbox={{ agentId: second, frameworkId: third, executorId: rest.slice(2).join('/') }} />
      );
    case 'logs':
      return <LogsView />;
    case 'requests':
      return second === '' ? <RequestsView /> : <RequestPath id={decodeURIComponent(second)} />;
    case 'timeline':
      return <TimelineView />;
    case 'cluster':
      return <ClusterView page={second} id={third} />;
    default:
      return null;
  }
}

/** The system where there is a project, else what runs. */
function Home() {
  if (about.value === null) return <div class="view soft">Connecting…</div>;
  return about.value.hasProject ? <SystemPage /> : <AppsView />;
}
