import type { Cluster, Credentials } from './cluster.ts';

type Addresses = Pick<Cluster, 'marathonUrl' | 'mesosUrl' | 'agents' | 'edge' | 'auth' | 'runtime'>;

/**
 * Where a cluster is and how to get in, as one line of JSON. Addresses come twice: bare, and with the user and password in
 * them, for clients that know nothing but a URL.
 */
export function describeCluster({ marathonUrl, mesosUrl, agents, edge, auth, runtime }: Addresses): string {
  const withCredentials = {
    marathon: marathonUrl === null ? null : urlWith(auth, marathonUrl),
    mesos: urlWith(auth, mesosUrl),
    agents: agents.map((agent) => urlWith(auth, agent)),
    edge: edge === null ? null : urlWith(auth, edge.url),
  };
  const bare = { marathon: marathonUrl, mesos: mesosUrl, agents, edge: edge?.url ?? null };
  return JSON.stringify({ ...bare, auth, runtime, withCredentials });
}

/** The URL with the user and password in it. Node's `fetch` and browsers' refuse such URLs; most other clients take them. */
export function urlWith(auth: Credentials | null, url: URL): URL {
  const full = new URL(url);
  if (auth !== null) Object.assign(full, { username: auth.user, password: auth.password });
  return full;
}
