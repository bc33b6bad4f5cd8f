import type { App, QueueEntry } from '../diagnosis/index.ts';
import { StagegateError } from '../model/index.ts';
import { MarathonClient } from '../platforms/index.ts';
import { ask, authorizationFor, type ClusterAccess } from './access.ts';

/** @throws `SG_CLUSTER_FAILED` where there is no Marathon */
export function marathonOf(access: ClusterAccess): MarathonClient {
  const url = marathonUrl(access.marathon);
  const { authorization = null } = authorizationFor(access, url);
  return new MarathonClient({ url, token: authorization });
}

function marathonUrl(marathon: URL | null): URL {
  if (marathon === null) throw new StagegateError('SG_CLUSTER_FAILED', 'This cluster has no Marathon.');
  return marathon;
}

/** What Marathon is asked to tell with its apps. */
const embedded = ['tasks', 'counts', 'deployments', 'lastTaskFailure', 'readiness'];

/** Every app with its tasks, in order of their ids. @throws `SG_CLUSTER_FAILED` */
export async function listApps(access: ClusterAccess): Promise<readonly App[]> {
  const query = embedded.map((part) => `embed=apps.${part}`).join('&');
  const url = new URL(`/v2/apps?${query}`, marathonUrl(access.marathon));
  const { apps } = await ask<{ apps: readonly App[] }>(access, url);
  return apps.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What waits to be launched, by app. @throws `SG_CLUSTER_FAILED` */
export async function readQueue(access: ClusterAccess): Promise<ReadonlyMap<string, QueueEntry>> {
  const url = new URL('/v2/queue', marathonUrl(access.marathon));
  const { queue } = await ask<{ queue: readonly QueueEntry[] }>(access, url);
  return new Map(queue.map((entry) => [entry.app.id, entry]));
}

/**
 * The app a person means: its whole id, the end of it (`orders`, `shop/orders`), or environment and service
 * (`staging/orders`).
 * @throws `SG_SERVICE_UNKNOWN` when none or several are meant
 */
export function findApp<A extends Named>(apps: readonly A[], name: string): A {
  const matching = findApps(apps, name);
  const [first, ...others] = matching;
  if (first !== undefined && others.length === 0) return first;
  throw new StagegateError(
    'SG_SERVICE_UNKNOWN',
    `${name} may be any of ${matching.map(titleOf).join(', ')}: write more of the name.`,
  );
}

/** All apps that a name fits. @throws `SG_SERVICE_UNKNOWN` when it fits none */
export function findApps<A extends Named>(apps: readonly A[], name: string): readonly A[] {
  const exact = apps.filter((app) => app.id === name);
  if (exact.length > 0) return exact;
  const end = `/${name.replace(/^\//, '')}`;
  const matching = apps.filter((app) => app.id.endsWith(end) || titleOf(app) === name);
  if (matching.length > 0) return matching;
  const known = apps.map(titleOf).join(', ');
  throw new StagegateError(
    'SG_SERVICE_UNKNOWN',
    `No service ${name} is deployed on this cluster; it has ${known === '' ? 'none' : known}.`,
  );
}

interface Named {
  readonly id: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What to call an app: `staging/orders` where stagegate deployed it, else its id without the first slash. */
export function titleOf({ id, labels = {} }: Named): string {
  const { STAGEGATE_ENVIRONMENT: environment, STAGEGATE_SERVICE: service } = labels;
  return environment === undefined || service === undefined ? id.slice(1) : `${environment}/${service}`;
}
