import type { FrameworkInfo } from '../v1.ts';
import type { Subscribe } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import { idProblem } from './id-validation.ts';
import { hasCapability, roleProblem, rolesOf } from './roles.ts';

/** Longest time a Mesos Duration holds: 2^63 nanoseconds. */
const longestSeconds = 9_223_372_036;

/** Says why a framework may not subscribe with this, in Mesos' words, or null. */
export function subscriptionProblem(
  context: MasterContext,
  { framework_info, suppressed_roles }: Subscribe,
): string | null {
  return (
    frameworkProblem(framework_info) ??
    admissionProblem(context, framework_info) ??
    suppressionProblem(framework_info, suppressed_roles ?? [])
  );
}

function frameworkProblem(info: FrameworkInfo): string | null {
  return roleFieldsProblem(info) ?? frameworkIdProblem(info) ?? timeoutProblem(info);
}

function roleFieldsProblem(info: FrameworkInfo): string | null {
  if (!hasCapability(info, 'MULTI_ROLE')) {
    if (info.roles !== undefined && info.roles.length > 0) {
      return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
    }
    const problem = roleProblem(info.role ?? '*');
    return problem === null ? null : `'FrameworkInfo.role' is not a valid role: ${problem}`;
  }
  if (info.role !== undefined) {
    return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
  }
  const roles = info.roles ?? [];
  const duplicates = new Set(roles.filter((role, index) => roles.indexOf(role) !== index));
  if (duplicates.size > 0) return `'FrameworkInfo.roles' contains duplicate items: ${formatSet(duplicates)}`;
  for (const role of roles) {
    const problem = roleProblem(role);
    if (problem !== null) return `'FrameworkInfo.roles' contains invalid role: ${problem}`;
  }
  return null;
}

function frameworkIdProblem({ id }: FrameworkInfo): string | null {
  return id === undefined || id.value === '' ? null : idProblem(id.value);
}

function timeoutProblem({ failover_timeout: timeout = 0 }: FrameworkInfo): string | null {
  if (Math.abs(timeout) <= longestSeconds) return null;
  return `The framework failover_timeout (${timeout}) is invalid`;
}

function admissionProblem(context: MasterContext, { id, user }: FrameworkInfo): string | null {
  if (user === 'root' && !context.flags.rootSubmissions) {
    return "User 'root' is not allowed to run frameworks without --root_submissions set";
  }
  if (id !== undefined && context.completedFrameworks.has(id.value)) return 'Framework has been removed';
  return null;
}

function suppressionProblem(info: FrameworkInfo, suppressed: readonly string[]): string | null {
  const strangers = new Set(suppressed).difference(rolesOf(info));
  if (strangers.size === 0) return null;
  return `Suppressed roles ${formatSet(strangers)} are not contained in the set of roles`;
}

/** Says which member may not change, or null. What SUBSCRIBE keeps silently, UPDATE_FRAMEWORK refuses. */
export function changeProblem(before: FrameworkInfo, after: FrameworkInfo): string | null {
  if (before.principal !== after.principal) return "Changing framework's principal is not allowed.";
  if (before.user !== after.user) {
    return (
      "Updating 'FrameworkInfo.user' is unsupported; attempted to update " +
      `from '${before.user}' to '${after.user}'`
    );
  }
  const [was, wanted] = [before.checkpoint ?? false, after.checkpoint ?? false];
  if (was === wanted) return null;
  return (
    "Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update " +
    `from '${was}' to '${wanted}'`
  );
}

/** As Mesos prints a set of strings: `{ a, b }`. */
function formatSet(items: ReadonlySet<string>): string {
  return `{ ${[...items].sort().join(', ')} }`;
}
