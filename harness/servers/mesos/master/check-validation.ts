import type { CheckInfo, CommandInfo, Environment, HealthCheck } from '../v1.ts';

/** Says what is wrong with a check, in Mesos' words, or null. */
export function checkProblem(check: CheckInfo): string | null {
  const names = { noun: 'Check', label: 'check' };
  if (check.type === undefined) return "CheckInfo must specify 'type'";
  switch (check.type) {
    case 'COMMAND':
      if (check.command === undefined) return "Expecting 'command' to be set for COMMAND check";
      return checkCommandProblem(check.command.command, names) ?? timingProblem(check);
    case 'HTTP':
      if (check.http === undefined) return "Expecting 'http' to be set for HTTP check";
      return pathProblem(check.http.path, names.label) ?? timingProblem(check);
    case 'TCP':
      if (check.tcp === undefined) return "Expecting 'tcp' to be set for TCP check";
      return timingProblem(check);
    default:
      return `'${String(check.type)}' is not a valid check type`;
  }
}

/** Says what is wrong with a health check, in Mesos' words, or null. */
export function healthCheckProblem(check: HealthCheck): string | null {
  const names = { noun: 'Health check', label: 'health check' };
  if (check.type === undefined) return "HealthCheck must specify 'type'";
  switch (check.type) {
    case 'COMMAND':
      if (check.command === undefined) return "Expecting 'command' to be set for COMMAND health check";
      return checkCommandProblem(check.command, names) ?? timingProblem(check);
    case 'HTTP':
      if (check.http === undefined) return "Expecting 'http' to be set for HTTP health check";
      return (
        schemeProblem(check.http.scheme) ?? pathProblem(check.http.path, names.label) ?? timingProblem(check)
      );
    case 'TCP':
      if (check.tcp === undefined) return "Expecting 'tcp' to be set for TCP health check";
      return timingProblem(check);
    default:
      return `'${String(check.type)}' is not a valid health check type`;
  }
}

interface Names {
  readonly noun: string;
  readonly label: string;
}

function checkCommandProblem(command: CommandInfo, { noun }: Names): string | null {
  if (command.value === undefined) {
    const kind = (command.shell ?? true) ? "'shell command'" : "'executable path'";
    return noun === 'Check'
      ? `Command check must contain ${kind}`
      : `Command health check must contain ${kind}`;
  }
  const problem = command.environment === undefined ? null : environmentProblem(command.environment);
  return problem === null ? null : `${noun}'s \`CommandInfo\` is invalid: ${problem}`;
}

function pathProblem(path: string | undefined, label: string): string | null {
  if (path === undefined || path.startsWith('/')) return null;
  return `The path '${path}' of HTTP ${label} must start with '/'`;
}

function schemeProblem(scheme: string | undefined): string | null {
  if (scheme === undefined || scheme === 'http' || scheme === 'https') return null;
  return `Unsupported HTTP health check scheme: '${scheme}'`;
}

function timingProblem(check: HealthCheck | CheckInfo): string | null {
  const timings = {
    delay_seconds: check.delay_seconds,
    grace_period_seconds: 'grace_period_seconds' in check ? check.grace_period_seconds : undefined,
    interval_seconds: check.interval_seconds,
    timeout_seconds: check.timeout_seconds,
  };
  for (const [name, value] of Object.entries(timings)) {
    if (value !== undefined && value < 0) return `Expecting '${name}' to be non-negative`;
  }
  return null;
}

export function environmentProblem({ variables }: Environment): string | null {
  for (const { name, type = 'VALUE', value, secret } of variables) {
    const subject = `Environment variable '${name}' of type '${type}'`;
    if (type === 'VALUE') {
      if (value === undefined) return `${subject} must have a value set`;
      if (secret !== undefined) return `${subject} must not have a secret set`;
    } else if (type === 'SECRET') {
      if (secret === undefined) return `${subject} must have a secret set`;
      if (value !== undefined) return `${subject} must not have a value set`;
    } else {
      return "Environment variable of type 'UNKNOWN' is not allowed";
    }
  }
  return null;
}
