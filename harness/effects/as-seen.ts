import { labelNames, type RunningApp } from '../environments/index.ts';
import type { EdgeRequest } from '../platforms/index.ts';
import type { AnsweredRequest, DeployedApp } from '../steps/index.ts';

/** An app of Marathon, by what its labels say. */
export function asDeployed({ labels, version, instances, tasks }: RunningApp): DeployedApp {
  return {
    digest: labels[labelNames.digest] ?? null,
    version: labels[labelNames.version] ?? null,
    marathonVersion: version,
    instances,
    healthy: tasks.filter((task) => task.version === version && task.healthy).length,
  };
}

/** A client that leaves, or speaks no HTTP, is not the service's fault. */
const faultsOfClients = ['client-left', 'bad-request'];

export function asAnswered({ label, status, failure }: EdgeRequest): AnsweredRequest {
  const isFailure = failure === null ? status === null || status >= 500 : !faultsOfClients.includes(failure);
  return { version: label, isFailure };
}
