import type { VNode } from 'preact';
import { AppView } from './apps/detail.tsx';
import { AppsView } from './apps/list.tsx';
import { ClusterView } from './cluster/cluster.tsx';
import { DeploymentsView } from './deployments.tsx';
import { LogsView } from './logs/logs.tsx';
import { RequestPath } from './requests/path.tsx';
import { RequestsView } from './requests/requests.tsx';
import { SandboxView } from './sandbox/files.tsx';
import { TaskView } from './task/task.tsx';
import { TimelineView } from './timeline/timeline.tsx';

/** The view of an address; null when it means nothing. */
export function viewAt(path: string): VNode | null {
  const [, first = '', ...rest] = path.split('/');
  const [second = '', third = ''] = rest;
  switch (first) {
    case '':
      return <AppsView />;
    case 'apps':
      return rest.length === 0 ? <AppsView /> : <AppView id={`/${rest.join('/')}`} />;
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
