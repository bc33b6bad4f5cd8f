import type { Clock } from '../../../../plumbing/clock.ts';
import { Resources } from '../../allocator/resources.ts';
import type { Containerizer } from '../../containerizer/container.ts';
import type { AgentDescription } from '../../link.ts';
import { isTerminal } from '../../task-states.ts';
import type { Resource } from '../../v1.ts';
import type { AgentCore } from '../agent.ts';
import type { ExecutorRecord } from '../books.ts';
import type { Sessions } from './sessions.ts';

/** What the endpoints tell about. */
export interface AgentView {
  readonly core: AgentCore;
  readonly containerizers: readonly Containerizer[];
  readonly description: AgentDescription;
  readonly workDir: string;
  readonly clock: Clock;
  readonly sessions: Sessions;
  /** Name of the address the master is reached by. */
  readonly masterHostname: string;
}

export function agentIdOf(view: AgentView): string {
  return view.core.registration.agentId ?? '';
}

/** Agent flags as Mesos names them, all values strings. `isolation` says what is in force on this machine. */
export async function flagsOf(view: AgentView): Promise<Record<string, string>> {
  const isolation = await Promise.all(view.containerizers.map((containerizer) => containerizer.isolation));
  const [ip = '', port = ''] = view.description.pid.replace(/^.*@/, '').split(':');
  return {
    attributes: view.description.attributes.map(({ name }) => name).join(';'),
    authenticate_http_readonly: 'false',
    authenticate_http_readwrite: 'false',
    cgroups_enable_cfs: 'false',
    containerizers: view.containerizers.map(({ name }) => name).join(','),
    disk_watch_interval: '1mins',
    enforce_container_disk_quota: 'false',
    executor_registration_timeout: '1mins',
    executor_shutdown_grace_period: '5secs',
    gc_delay: '1weeks',
    hostname: view.description.hostname,
    http_command_executor: 'false',
    ip,
    isolation: isolation.flat().join(','),
    launcher: 'posix',
    port,
    recover: 'reconnect',
    recovery_timeout: '15mins',
    registration_backoff_factor: '1secs',
    sandbox_directory: '/mnt/mesos/sandbox',
    switch_user: 'false',
    work_dir: view.workDir,
  };
}

export function totalOf(view: AgentView): Resources {
  return Resources.from(view.core.resources);
}

/** What the live tasks of an executor use, and what the executor itself was given. */
export function usedByExecutor(executor: ExecutorRecord): Resources {
  const tasks = [...executor.tasks.values()].filter((record) => !isTerminal(record.state));
  const own: readonly Resource[] = executor.run === null ? [] : (executor.info?.resources ?? []);
  return Resources.from([...own, ...tasks.flatMap((record) => record.task.resources)]);
}

export function usedOn(view: AgentView): Resources {
  return Resources.sum([...view.core.frameworks.executors()].map(usedByExecutor));
}
