import type { Readable, Writable } from 'node:stream';
import type { CommandInfo, ContainerInfo, Labels, NetworkInfo, Range, Resource } from '../v1.ts';

/** What a containerizer needs to know to run one task (or one side process of it). */
export interface ContainerRequest {
  readonly containerId: string;
  readonly frameworkId: string;
  readonly taskId: string;
  /** Absolute path of the working directory, which exists and holds the fetched files. Empty when simulated. */
  readonly sandbox: string;
  readonly command: CommandInfo;
  readonly container?: ContainerInfo;
  /** Complete: nothing of the harness's own environment is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** The variables the task itself asked for, a part of `environment`. */
  readonly taskEnvironment: Readonly<Record<string, string>>;
  readonly role: string;
  /** Account to run as; absent: as few rights as the machine allows. */
  readonly user?: string;
  /** The task's persistent volumes. */
  readonly volumes: readonly PersistentVolume[];
  readonly allotment: Allotment;
}

/** A folder that outlives the task. */
export interface PersistentVolume {
  /** Absolute path on this machine. */
  readonly path: string;
  /** Where the task finds it: relative to its sandbox, or absolute in a container of its own. */
  readonly containerPath: string;
  readonly readOnly: boolean;
}

/** What a task may use. A limit of `Infinity` sets none; an absent one means what was asked for. */
export interface Allotment {
  readonly cpus: number;
  readonly memMiB: number;
  readonly cpusLimit?: number;
  readonly memLimitMiB?: number;
  readonly ports: readonly Range[];
}

export type ContainerExit =
  | { readonly kind: 'exited'; readonly code: number; readonly limitation?: Limitation }
  /** What it ended with will never be known. */
  | { readonly kind: 'lost'; readonly why: string; readonly limitation?: Limitation }
  | { readonly kind: 'signalled'; readonly signal: string; readonly limitation?: Limitation };

/** A resource the container used more of than it was allotted, for which it was ended. */
export interface Limitation {
  readonly reason: 'REASON_CONTAINER_LIMITATION_MEMORY' | 'REASON_CONTAINER_LIMITATION';
  readonly message: string;
  readonly resources: readonly Resource[];
}

/** Figures of one container, as `/containers` of a Mesos agent spells them. */
export type ContainerStatistics = Readonly<Record<string, number>>;

/** A process beside the task, in its container: a check's command or a person's shell. */
export interface SideProcess {
  readonly exited: Promise<ContainerExit>;
  /** The three streams exist when asked for as `piped`. */
  readonly stdin?: Writable;
  readonly stdout?: Readable;
  readonly stderr?: Readable;
  /** Ends it and its children without grace. */
  kill(): void;
}

export interface SideProcessOptions {
  /** `sandbox` appends to the task's stdout and stderr files. */
  readonly output: 'sandbox' | 'piped';
  readonly environment?: Readonly<Record<string, string>>;
  /** Gives the process a terminal, where the containerizer can. */
  readonly terminal?: boolean;
}

/** A container whose first process has started. */
export interface Container {
  /** First process, in the numbering of this machine; absent when simulated. */
  readonly pid?: number;
  /** Base64 of what `docker inspect` says, for Docker containers. */
  readonly data?: string;
  readonly networks: readonly NetworkInfo[];
  /** What the task's statuses tell about the container beyond Mesos' own fields: its user, and notices. */
  readonly labels?: Labels | undefined;
  /** Set on simulated containers: how they answer every check. */
  readonly healthy?: boolean;
  /** Where a server of the task can be reached for checks. */
  readonly checkAddress: string;
  /** Resolves when the first process has ended and everything else of the container is gone too. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /** Asks every process of the container to end (SIGTERM); does not wait. */
  terminate(): void;
  /** Ends every process of the container at once (SIGKILL); `exited` tells when that is done. */
  destroy(): void;
  run(command: CommandInfo, options: SideProcessOptions): Promise<SideProcess>;
  statistics(): Promise<ContainerStatistics>;
}

export interface Containerizer {
  /** As the agent flag `--containerizers` spells it. */
  readonly name: 'mesos' | 'docker' | 'simulated';
  /** As the agent flag `--isolation` spells it: what is in force, not what was asked for. */
  readonly isolation: readonly string[] | Promise<readonly string[]>;
  /** Word for the task's process in exit messages: "Command exited with status 0". */
  readonly noun: 'Command' | 'Container';
  /** Work before the task counts as started, such as pulling an image. @throws {@link LaunchError} */
  prepare(request: ContainerRequest, signal: AbortSignal): Promise<void>;
  /** @throws {@link LaunchError} when the container cannot be started. */
  start(request: ContainerRequest): Promise<Container>;
  /** Ends what still runs; afterwards nothing of any container is left. */
  dispose(): Promise<void>;
}

/** A container that could not be prepared or started; the message is for the framework's user. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  /** Set when the container counts as started and ended at once, as after a failing `docker run`. */
  readonly exit: ContainerExit | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly exit?: ContainerExit }) {
    super(message, options);
    this.exit = options?.exit;
  }
}
