import { ask, type ClusterAccess } from './access.ts';

/** An app's stable address at the edge. */
export interface ServiceRoute {
  readonly appId: string;
  readonly address: string;
}

/** The stable address of each app that has one; empty where no edge is known. @throws `SG_CLUSTER_FAILED` */
export async function readRoutes(access: ClusterAccess): Promise<ReadonlyMap<string, string>> {
  if (access.edge === null) return new Map();
  const routes = await ask<readonly ServiceRoute[]>(access, new URL('/routes', access.edge));
  return new Map(routes.map(({ appId, address }) => [appId, address]));
}
