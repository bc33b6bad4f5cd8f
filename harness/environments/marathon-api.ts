import type { MarathonClient, MarathonTask } from '../platforms/index.ts';
import type { MarathonApi } from './deploy-app.ts';

/** What deploying needs, through the client of any Marathon. What is taken back was ours, so that may always force. */
export function marathonApi(client: MarathonClient): MarathonApi {
  return {
    async app(id) {
      const app = await client.app(id);
      if (app === null) return null;
      const checks = Array.isArray(app.healthChecks) ? app.healthChecks.length : 0;
      const tasks = (app.tasks ?? []).map((task) => ({
        id: task.id,
        version: task.version,
        state: task.state,
        healthy: isHealthy(task, checks),
      }));
      return {
        labels: app.labels ?? {},
        version: app.version,
        instances: app.instances,
        tasks,
        deployments: (app.deployments ?? []).map((deployment) => deployment.id),
      };
    },
    putApp: (app, { force }) => client.putApp(app, { force }),
    restoreApp(id, version) {
      const earlier = { id, version };
      return client.putApp(earlier, { force: true });
    },
    deleteApp: (id) => client.deleteApp(id, { force: true }),
    events: (signal) => client.events(signal),
    deployments: async () => (await client.deployments()).map(({ id }) => id),
  };
}

function isHealthy({ healthCheckResults = [] }: MarathonTask, checks: number): boolean {
  return healthCheckResults.length >= checks && healthCheckResults.every(({ alive }) => alive);
}
