/** Mesos' JSON as far as people are told of it; names are the wire's. */
export interface Resources {
  readonly cpus?: number;
  readonly mem?: number;
  readonly disk?: number;
  readonly gpus?: number;
  readonly ports?: string;
}

export interface MesosTask {
  readonly id: string;
  readonly name: string;
  readonly framework_id: string;
  /** Empty for tasks that Mesos' own executor runs; the executor is then called as the task. */
  readonly executor_id: string;
  readonly slave_id: string;
  readonly state: string;
  readonly role?: string;
  readonly user?: string;
  readonly resources: Resources;
  readonly statuses?: readonly {
    readonly state: string;
    readonly timestamp: number;
    readonly healthy?: boolean;
    readonly message?: string;
  }[];
}

/** Where a task's files lie: one executor's sandbox on one agent. */
export interface Sandbox {
  readonly agentId: string;
  readonly frameworkId: string;
  readonly executorId: string;
}

export function sandboxOf(task: MesosTask): Sandbox {
  return {
    agentId: task.slave_id,
    frameworkId: task.framework_id,
    executorId: task.executor_id === '' ? task.id : task.executor_id,
  };
}

/** The path of a file in a sandbox, as every agent has them attached. */
export function sandboxPath({ frameworkId, executorId }: Sandbox, file = ''): string {
  const folder = `/frameworks/${frameworkId}/executors/${executorId}/runs/latest`;
  return file === '' ? folder : `${folder}/${file}`;
}
