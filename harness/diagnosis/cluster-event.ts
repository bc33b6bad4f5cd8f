import type { Tone } from './app-status.ts';

/** One thing that happened on a cluster, said once in words and once as data. */
export interface ClusterEvent {
  /** ISO time. */
  readonly at: string;
  readonly source: 'marathon' | 'mesos' | 'edge';
  /** The name the source gives it: `status_update_event`, `AGENT_ADDED`, `request`. */
  readonly kind: string;
  /** How it reads at a glance. */
  readonly tone: Tone;
  /** App id where it is about an app, else the id of the agent or framework; empty for the cluster. */
  readonly subject: string;
  readonly taskId: string | null;
  readonly deploymentId: string | null;
  readonly text: string;
}

/** Whether a source of events answers. */
export interface SourceState {
  readonly source: ClusterEvent['source'];
  readonly connected: boolean;
  /** Why not, in words. */
  readonly because: string | null;
}
