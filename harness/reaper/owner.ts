import type { ProcessIdentity } from '../plumbing/process-identity.ts';

/** The label by which containers, networks and volumes tell whose they are, also when the run's folder is gone. */
export const ownerLabel = 'stagegate.owner';

/** `host/pid/start`: one word, for a label. */
export function ownerText({ hostname, pid, startedAt }: ProcessIdentity): string {
  return `${hostname}/${pid}/${startedAt}`;
}

/** Null for a text that somebody else wrote. */
export function readOwner(text: string): ProcessIdentity | null {
  const [, hostname, pid, startedAt] = /^([^/]+)\/(\d+)\/(.*)$/.exec(text) ?? [];
  if (hostname === undefined || startedAt === undefined) return null;
  return { hostname, pid: Number(pid), startedAt };
}
