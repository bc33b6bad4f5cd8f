import type { Allotment, ContainerStatistics, Limitation } from '../container.ts';

/** Keeps containers of processes apart: finds all that belongs to one, limits what it uses, ends it as a whole. */
export interface Isolator {
  /** What is in force, as the agent flag `--isolation` spells it. */
  readonly names: readonly string[];
  /** `sandbox` is a path only this container's processes carry in their environment. */
  isolate(containerId: string, sandbox: string, allotment: Allotment): Promise<Isolation>;
  /** Ends what is left and removes what the isolator made on this machine. */
  dispose(): Promise<void>;
}

export interface Isolation {
  /** Files that a process writes its own id into, before it becomes the task, to belong to the container. */
  readonly entries: readonly string[];
  /** The container's first process, which runs in its own session, has started. */
  started(pid: number): void;
  /** Resolves with what was over-used, when that happens; the container is to be ended then. May never resolve. */
  readonly limited: Promise<Limitation>;
  /** What was over-used up to now, looked up at once: a process may end before anyone hears why. */
  limitation(): Promise<Limitation | undefined>;
  /** Every process of the container. */
  pids(): Promise<readonly number[]>;
  /** Sends a signal to every process of the container. */
  signalAll(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends every process of the container; resolves when none is left. */
  end(): Promise<void>;
  statistics(): Promise<ContainerStatistics>;
}

/** The limits that Mesos derives from what a task asks for; the command executor's own 32 MiB and 0.1 cpus come on top. */
export function limitsOf(allotment: Allotment): {
  readonly memBytes: number;
  readonly softMemBytes: number;
  readonly cpuShares: number;
  readonly cpuQuota: number | undefined;
} {
  const executorMemMiB = 32;
  const memMiB = Math.max(allotment.memMiB, 32) + executorMemMiB;
  const memLimitMiB = allotment.memLimitMiB === undefined ? memMiB : allotment.memLimitMiB + executorMemMiB;
  const cpus = allotment.cpus + 0.1;
  const quota = allotment.cpusLimit;
  return {
    memBytes: memLimitMiB === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : memLimitMiB * 2 ** 20,
    softMemBytes: memMiB * 2 ** 20,
    cpuShares: Math.max(2, Math.round(1024 * cpus)),
    cpuQuota: quota === undefined || quota === Number.POSITIVE_INFINITY ? undefined : quota,
  };
}

/** The words Mesos uses when a container is ended for its memory. */
export function memoryLimitation(limitBytes: number, usedBytes: number): Limitation {
  const limitMiB = Math.floor(limitBytes / 2 ** 20);
  const usedMiB = Math.floor(usedBytes / 2 ** 20);
  return {
    reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
    message: `Memory limit exceeded: Requested: ${limitMiB}MB Maximum Used: ${usedMiB}MB`,
    resources: [{ name: 'mem', type: 'SCALAR', scalar: { value: limitMiB } }],
  };
}
