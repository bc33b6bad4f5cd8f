import type { ContainerStatistics } from '../../containerizer/container.ts';
import type { ExecutorRecord } from '../books.ts';
import { executorNameOf, executorSourceOf } from './state.ts';
import type { AgentView } from './view.ts';

/** One running container, for `/containers`, `/monitor/statistics` and GET_CONTAINERS. */
export interface ContainerReport {
  readonly executor: ExecutorRecord;
  readonly containerId: string;
  readonly pid?: number;
  readonly networks: readonly unknown[];
  readonly statistics: ContainerStatistics;
}

/** Containers that end while they are measured are left out. */
export async function reportContainers(view: AgentView): Promise<readonly ContainerReport[]> {
  const running = [...view.core.frameworks.executors()].flatMap((executor) =>
    (executor.run?.containers() ?? []).map((container) => ({ executor, container })),
  );
  const reports = await Promise.all(
    running.map(async ({ executor, container: { containerId, container } }): Promise<ContainerReport[]> => {
      if (container === null) return [];
      const statistics = await container.statistics().catch(() => undefined);
      if (statistics === undefined) return [];
      return [{ executor, containerId, pid: container.pid, networks: container.networks, statistics }];
    }),
  );
  return reports.flat();
}

/** `/containers`: with the status of each. */
export async function renderContainers(view: AgentView): Promise<readonly unknown[]> {
  return (await reportContainers(view)).map((report) => ({
    container_id: report.containerId,
    ...whose(report.executor),
    status: {
      container_id: { value: report.containerId },
      ...(report.pid === undefined ? {} : { executor_pid: report.pid }),
      network_infos: report.networks,
    },
    statistics: report.statistics,
  }));
}

/** `/monitor/statistics`: figures only. */
export async function renderStatistics(view: AgentView): Promise<readonly unknown[]> {
  return (await reportContainers(view)).map(({ executor, statistics }) => ({
    ...whose(executor),
    statistics,
  }));
}

function whose(executor: ExecutorRecord): Record<string, string> {
  return {
    executor_id: executor.id,
    executor_name: executorNameOf(executor),
    framework_id: executor.framework.info.id.value,
    source: executorSourceOf(executor),
  };
}
