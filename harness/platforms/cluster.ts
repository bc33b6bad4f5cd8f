import type { RuntimeName } from '../model/index.ts';
import type { Edge } from '../servers/edge/index.ts';
import type { DockerConfig } from '../servers/mesos/index.ts';
import type { MarathonClient } from './marathon-client.ts';
import type { RunNetwork } from './run-network.ts';

/** What a cluster should be. */
export interface ClusterSpec {
  readonly agents: number;
  /** Per agent, as Mesos writes them; null: this machine divided among them. Ports are added unless named. */
  readonly agentResources: string | null;
  /** As Mesos writes them, `rack:a;zone:z1`: one text per agent, from the start again when there are more agents. */
  readonly agentAttributes?: readonly string[];
  /** Gives each agent an address of its own (127.0.0.2, 127.0.0.3 …), as if each were a machine. */
  readonly distinctHosts?: boolean;
  readonly runtime: RuntimeName;
  /** Existing folder of the run: state, logs and, unless told otherwise, sandboxes go below it. */
  readonly folder: string;
  /** What holds it, for commands that look for a running cluster (`up shop`); absent: they do not find it. */
  readonly heldBy?: string;
  /** Where sandboxes go instead: other users may pass through it, so that tasks can run as one of them. */
  readonly temporaryFolder?: string;
  /** Where the servers' logs go instead, to outlive the run's folder. */
  readonly logFolder?: string;
  /** Marks every process a task starts, for the reaper. */
  readonly marker: Readonly<Record<string, string>>;
  /** The same on the Docker network, when the cluster makes one. */
  readonly labels: Readonly<Record<string, string>>;
  /** A task called an app that its own does not declare to call, and was refused; told once of each pair of app ids. */
  readonly onUndeclaredCall?: (call: { readonly from: string; readonly to: string }) => void;
  /** Credentials that agents pull images with, asked at each pull. */
  readonly dockerConfig?: () => DockerConfig;
  /** Docker network that is there already and outlives the cluster; absent: one of its own, where the runtime needs it. */
  readonly network?: RunNetwork;
  /** 0 or absent: the system picks. */
  readonly marathonPort?: number;
  readonly mesosPort?: number;
  /** Neither Marathon nor an edge. */
  readonly mesosOnly?: boolean;
  /** Ask nobody for a user and a password. Absent: Marathon, Mesos and the edge's API ask for a pair made up for this cluster. */
  readonly noAuth?: boolean;
  /** Lets the Mesos web UI read agents by JSONP. */
  readonly jsonp?: boolean;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A running cluster. Disposing it removes what its driver created, and only that. */
export interface Cluster extends AsyncDisposable {
  readonly runtime: RuntimeName;
  readonly mesosUrl: URL;
  readonly agents: readonly URL[];
  /** Null under `mesosOnly`, like the edge. */
  readonly marathonUrl: URL | null;
  readonly marathon: MarathonClient | null;
  readonly edge: Edge | null;
  /** Null under `noAuth`. */
  readonly auth: Credentials | null;
  /** The address by which tasks reach what listens on it on this machine. */
  readonly taskHost: string;
  /** Network that tasks in containers join; null under the process runtime. */
  readonly dockerNetwork: string | null;
  /** Copies logs and what tasks printed below `directory`; resolves to the files written, oldest first. */
  collectLogs(directory: string): Promise<readonly string[]>;
}

/** A way to have a cluster. */
export interface ClusterDriver {
  readonly kind: 'embedded';
  /**
   * Resolves once every agent has registered and Marathon and the edge answer.
   * @throws `SG_CLUSTER_NOT_READY`, `SG_PORT_TAKEN`, `SG_ENGINE_FAILED`
   */
  start(spec: ClusterSpec, signal: AbortSignal): Promise<Cluster>;
}
