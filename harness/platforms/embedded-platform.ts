import type { Cluster, ClusterSpec } from './cluster.ts';
import type { Platform } from './platform.ts';
import { lastOutput } from './sandbox.ts';
import { startCluster } from './start-cluster.ts';

/** Starts a platform for one command: Mesos, Marathon and the edge. @throws what `startCluster` throws */
export async function startPlatform(
  spec: ClusterSpec & { readonly runId: string },
  signal: AbortSignal,
): Promise<Platform> {
  const cluster = await startCluster(spec, signal);
  return embeddedPlatform(cluster, spec.runId);
}

function embeddedPlatform(cluster: Cluster, runId: string): Platform {
  const { marathon, marathonUrl, mesosUrl, edge, auth, taskHost, runtime } = cluster;
  if (marathon === null || marathonUrl === null || edge === null) {
    throw new Error('An embedded platform has a Marathon and an edge.');
  }
  return {
    name: 'embedded',
    id: `embedded:${runId}`,
    kind: 'embedded',
    lifetime: 'command',
    runtime,
    marathon,
    access: { marathonUrl, mesosUrl, edgeUrl: edge.url, auth, taskHost },
    addresses: { reserve: async (appId) => (await edge.reserve(appId)).taskAddress },
    lastOutput: (taskId) => lastOutput({ mesosUrl, auth }, taskId),
    collectLogs: (directory) => cluster.collectLogs(directory),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
