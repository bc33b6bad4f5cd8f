import type { Clock, Timer } from '../../../../plumbing/clock.ts';
import type { Container } from '../../containerizer/container.ts';
import type { CheckInfo, HealthCheck, TaskInfo, TaskStatus } from '../../v1.ts';
import type { StatusNews } from '../books.ts';
import { ask, type Probe, type ProbeAnswer } from './probe.ts';

export interface CheckWatchOptions {
  readonly task: TaskInfo;
  readonly container: Container;
  readonly clock: Clock;
  /** Called on the changes that Mesos reports, with what is known of both kinds of check. */
  readonly report: (news: Partial<StatusNews>) => void;
  /** The task failed its health check as often as allowed. */
  readonly onUnhealthy: () => void;
}

export interface CheckWatch {
  stop(): void;
}

type CheckStatus = NonNullable<TaskStatus['check_status']>;

/** Starts the task's check and health check, as far as it has them. */
export function watchChecks(options: CheckWatchOptions): CheckWatch {
  if (options.task.check === undefined && options.task.health_check === undefined) return nothingToWatch;
  const standing: { healthy?: boolean; check_status?: CheckStatus } = {
    check_status: initialCheckStatus(options.task),
  };
  const reportHealth = (healthy: boolean, message?: string): void => {
    standing.healthy = healthy;
    options.report({ ...standing, message, reason: 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED' });
  };
  const reportCheck = (status: CheckStatus): void => {
    standing.check_status = status;
    options.report({ ...standing, reason: 'REASON_TASK_CHECK_STATUS_UPDATED' });
  };
  const rounds: CheckWatch[] = [];
  const { health_check: healthCheck, check } = options.task;
  if (healthCheck !== undefined) rounds.push(watchHealth(healthCheck, options, reportHealth));
  if (check !== undefined) rounds.push(watchCheck(check, options, reportCheck));
  return {
    stop: () => {
      for (const round of rounds) round.stop();
    },
  };
}

const nothingToWatch: CheckWatch = { stop: () => {} };

/** What TASK_RUNNING says before the first answer; undefined for a task without a check. */
export function initialCheckStatus(task: TaskInfo): CheckStatus | undefined {
  const type = task.check?.type;
  return type === undefined ? undefined : emptyStatus(type);
}

function watchHealth(
  check: HealthCheck,
  options: CheckWatchOptions,
  report: (healthy: boolean, message?: string) => void,
): CheckWatch {
  const graceMs = (check.grace_period_seconds ?? 10) * 1000;
  const allowedFailures = check.consecutive_failures ?? 3;
  const startedAt = options.clock.monotonic();
  let everHealthy = false;
  let failures = 0;
  return repeat(check, healthProbe(check), options, (answer) => {
    if (isHealthy(answer)) {
      if (!everHealthy || failures > 0) report(true);
      everHealthy = true;
      failures = 0;
      return;
    }
    if (!everHealthy && options.clock.monotonic() - startedAt <= graceMs) return;
    failures++;
    report(false, `Health check failed: ${describe(answer)}`);
    if (failures >= allowedFailures) options.onUnhealthy();
  });
}

function watchCheck(
  check: CheckInfo,
  options: CheckWatchOptions,
  report: (status: CheckStatus) => void,
): CheckWatch {
  const type = check.type ?? 'COMMAND';
  let last = JSON.stringify(emptyStatus(type));
  return repeat(check, checkProbe(check), options, (answer) => {
    const status = statusOf(type, answer);
    const text = JSON.stringify(status);
    if (text === last) return;
    last = text;
    report(status);
  });
}

interface Timing {
  readonly delay_seconds?: number;
  readonly interval_seconds?: number;
  readonly timeout_seconds?: number;
}

/** Asks after the delay, and again one interval after each answer. */
function repeat(
  timing: Timing,
  probe: Probe | undefined,
  { clock, container }: CheckWatchOptions,
  onAnswer: (answer: ProbeAnswer) => void,
): CheckWatch {
  let stopped = probe === undefined;
  let timer: Timer | undefined;
  const timeoutMs = (timing.timeout_seconds ?? 20) * 1000;
  const arm = (delayMs: number): void => {
    timer = clock.after(delayMs, async () => {
      if (probe === undefined) return;
      const answer = await ask(probe, container, {
        clock,
        timeoutMs: timeoutMs === 0 ? 2 ** 31 - 1 : timeoutMs,
      });
      if (stopped) return;
      onAnswer(answer);
      if (!stopped) arm((timing.interval_seconds ?? 10) * 1000);
    });
  };
  if (!stopped) arm((timing.delay_seconds ?? 15) * 1000);
  return {
    stop: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}

function healthProbe(check: HealthCheck): Probe | undefined {
  const { command, http, tcp } = check;
  if (check.type === 'HTTP' || (check.type === undefined && http !== undefined)) {
    const { port = 0, path = '/', scheme = 'http', protocol } = http ?? {};
    return { kind: 'HTTP', scheme, port, path, ipv6: protocol === 'IPv6' };
  }
  if (check.type === 'TCP') return { kind: 'TCP', port: tcp?.port ?? 0, ipv6: tcp?.protocol === 'IPv6' };
  return command === undefined ? undefined : { kind: 'COMMAND', command };
}

function checkProbe(check: CheckInfo): Probe | undefined {
  const { command, http, tcp } = check;
  if (check.type === 'HTTP') {
    return { kind: 'HTTP', scheme: 'http', port: http?.port ?? 0, path: http?.path ?? '/', ipv6: false };
  }
  if (check.type === 'TCP') return { kind: 'TCP', port: tcp?.port ?? 0, ipv6: false };
  return command === undefined ? undefined : { kind: 'COMMAND', command: command.command };
}

function isHealthy(answer: ProbeAnswer): boolean {
  switch (answer.kind) {
    case 'exited':
      return answer.code === 0;
    case 'http':
      return answer.statusCode >= 200 && answer.statusCode <= 399;
    case 'tcp':
      return answer.connected;
    case 'nothing':
      return false;
  }
}

function describe(answer: ProbeAnswer): string {
  switch (answer.kind) {
    case 'exited':
      return `the command exited with status ${answer.code}`;
    case 'http':
      return `the task answered ${answer.statusCode}`;
    case 'tcp':
      return 'the connection was refused';
    case 'nothing':
      return answer.why;
  }
}

function emptyStatus(type: CheckStatus['type']): CheckStatus {
  switch (type) {
    case 'COMMAND':
      return { type, command: {} };
    case 'HTTP':
      return { type, http: {} };
    case 'TCP':
      return { type, tcp: {} };
  }
}

function statusOf(type: CheckStatus['type'], answer: ProbeAnswer): CheckStatus {
  if (answer.kind === 'exited') return { type, command: { exit_code: answer.code } };
  if (answer.kind === 'http') return { type, http: { status_code: answer.statusCode } };
  if (answer.kind === 'tcp') return { type, tcp: { succeeded: answer.connected } };
  return emptyStatus(type);
}
