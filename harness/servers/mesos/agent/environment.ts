import type { CommandInfo, ExecutorInfo, FrameworkInfo } from '../v1.ts';

export interface EnvironmentFacts {
  readonly agentId: string;
  /** `slave(1)@ip:port`. */
  readonly pid: string;
  readonly framework: FrameworkInfo;
  readonly executorId: string;
  readonly sandbox: string;
  readonly role: string;
  readonly executor?: ExecutorInfo;
  /** Variables that mark every process of a run, for whoever cleans up after it. */
  readonly marks: Readonly<Record<string, string>>;
}

const plainPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The executor's variables, then the marks, then the task's own, which win. */
export function taskEnvironment(facts: EnvironmentFacts, command?: CommandInfo): Record<string, string> {
  const endpoint = facts.pid.slice(facts.pid.indexOf('@') + 1);
  const address = endpoint.slice(0, endpoint.lastIndexOf(':'));
  const checkpoint = facts.framework.checkpoint === true;
  return {
    LIBPROCESS_IP: address,
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: endpoint,
    MESOS_ALLOCATION_ROLE: facts.role,
    MESOS_CHECKPOINT: checkpoint ? '1' : '0',
    ...(facts.executor === undefined ? {} : { MESOS_CONTAINER_IP: address }),
    MESOS_DIRECTORY: facts.sandbox,
    MESOS_EXECUTOR_ID: facts.executorId,
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
    MESOS_FRAMEWORK_ID: facts.framework.id?.value ?? '',
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    MESOS_SANDBOX: facts.sandbox,
    MESOS_SLAVE_ID: facts.agentId,
    MESOS_SLAVE_PID: facts.pid,
    ...(checkpoint ? { MESOS_RECOVERY_TIMEOUT: '15mins', MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs' } : {}),
    PATH: plainPath,
    ...variablesOf(facts.executor?.command),
    ...facts.marks,
    ...variablesOf(command),
  };
}

/** What a command sets itself. Secrets given by value are passed like others; references to a store are left out. */
export function variablesOf(command: CommandInfo | undefined): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name, value } of command?.environment?.variables ?? []) {
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}
