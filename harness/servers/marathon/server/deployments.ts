import { deploymentStarted, json, problem, type Reply, replyTo } from './reply.ts';
import { type ApiRequest, flag } from './request.ts';

/** GET /v2/deployments */
export function listDeployments({ engine }: ApiRequest): Reply {
  return json(engine.deployments.running.map((deployment) => deployment.render()));
}

/** DELETE /v2/deployments/{id}: undoes it by another deployment, or with `force` leaves everything as it is. */
export function cancelDeployment({ engine, query }: ApiRequest, id: string): Reply {
  const deployment = engine.deployments.get(id);
  if (deployment === undefined) return problem(404, `DeploymentPlan ${id} does not exist`);
  if (flag(query, 'force')) {
    engine.deployments.cancel(id);
    engine.store.flush();
    return { status: 202 };
  }
  return replyTo(engine.tree.revert(deployment.plan), ({ plan }) => deploymentStarted(plan));
}
