import type { SchedulerCall, SchedulerCallType, Subscribe } from '../wire/scheduler-call.ts';
import { accept, decline } from './accept.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './entities.ts';
import { changeProblem, subscriptionProblem } from './framework-validation.ts';
import { announceFramework, removeFramework, updateFramework } from './frameworks.ts';
import { answerInverseOffers } from './inverse-offers.ts';
import { kill, messageExecutor, shutdownExecutor } from './kill.ts';
import { requestAllocation } from './offers.ts';
import { reconcile } from './reconcile.ts';
import { roleProblem } from './roles.ts';
import { acknowledge } from './status-updates.ts';
import { sendTo } from './stream.ts';

/** The answer to a call: a status of HTTP, and the text that goes with a refusal. */
export interface Reply {
  readonly status: 200 | 202 | 400 | 403 | 409 | 501;
  readonly message?: string;
}

const accepted: Reply = { status: 202 };

/** Says what is wrong with a call whoever sends it, in Mesos' words, or null. */
export function callProblem(call: SchedulerCall): string | null {
  if (call.type === undefined) return "Expecting 'type' to be present";
  if (call.type === 'SUBSCRIBE') {
    if (call.subscribe === undefined) return "Expecting 'subscribe' to be present";
    const own = call.subscribe.framework_info.id?.value ?? '';
    const named = call.framework_id?.value ?? '';
    return own === named ? null : "'framework_id' differs from 'subscribe.framework_info.id'";
  }
  if (call.framework_id === undefined) return "Expecting 'framework_id' to be present";
  const body = bodyOf(call.type);
  if (body !== null && call[body] === undefined) return `Expecting '${body}' to be present`;
  return detailProblem(call);
}

/** The member that a call of this type must have. */
function bodyOf(type: SchedulerCallType): Exclude<keyof SchedulerCall, 'type' | 'framework_id'> | null {
  switch (type) {
    case 'UNKNOWN':
    case 'SUBSCRIBE':
    case 'TEARDOWN':
    case 'REVIVE':
    case 'SUPPRESS':
      return null;
    default:
      return type.toLowerCase() as Lowercase<typeof type>;
  }
}

function detailProblem(call: SchedulerCall): string | null {
  switch (call.type) {
    case 'ACKNOWLEDGE':
      return uuidProblem(call.acknowledge?.uuid);
    case 'ACKNOWLEDGE_OPERATION_STATUS': {
      const body = call.acknowledge_operation_status;
      const problem = uuidProblem(body?.uuid);
      return problem ?? (body?.agent_id === undefined ? "Expecting 'agent_id' to be present" : null);
    }
    case 'UPDATE_FRAMEWORK': {
      const id = call.update_framework?.framework_info.id?.value ?? '';
      return id === call.framework_id?.value
        ? null
        : "'framework_id' differs from 'update_framework.framework_info.id'";
    }
    default:
      return null;
  }
}

function uuidProblem(uuid = ''): string | null {
  const { length } = Buffer.from(uuid, 'base64');
  return length === 16 ? null : `Invalid UUID: expecting 16 bytes but got ${length}`;
}

/** Carries out any call but SUBSCRIBE, for a scheduler that names its stream. */
export function receiveCall(
  context: MasterContext,
  call: SchedulerCall,
  streamId: string | undefined,
): Reply {
  const framework = context.frameworks.get(call.framework_id?.value ?? '');
  if (framework === undefined) return { status: 400, message: 'Framework cannot be found' };
  const type = call.type ?? 'UNKNOWN';
  framework.calls.set(type, (framework.calls.get(type) ?? 0) + 1);
  if (framework.connection === null) return { status: 403, message: 'Framework is not subscribed' };
  if (streamId === undefined) {
    return { status: 400, message: "All non-subscribe calls should include the 'Mesos-Stream-Id' header" };
  }
  if (streamId !== framework.connection.streamId) {
    const message =
      `The stream ID '${streamId}' included in this request didn't match the stream ID currently associated ` +
      `with framework ID ${framework.id}`;
    return { status: 400, message };
  }
  return dispatch(context, framework, type, call);
}

function dispatch(
  context: MasterContext,
  framework: Framework,
  type: SchedulerCallType,
  call: SchedulerCall,
): Reply {
  switch (type) {
    case 'TEARDOWN':
      removeFramework(context, framework);
      return accepted;
    case 'ACCEPT':
      accept(context, framework, call.accept ?? {});
      return accepted;
    case 'DECLINE':
      decline(context, framework, call.decline ?? {});
      return accepted;
    case 'REVIVE':
      revive(context, framework, call.revive?.roles ?? []);
      return accepted;
    case 'SUPPRESS':
      suppress(context, framework, call.suppress?.roles ?? []);
      return accepted;
    case 'KILL':
      if (call.kill !== undefined) kill(context, framework, call.kill);
      return accepted;
    case 'SHUTDOWN':
      if (call.shutdown !== undefined) shutdownExecutor(context, framework, call.shutdown);
      return accepted;
    case 'ACKNOWLEDGE':
      if (call.acknowledge !== undefined) acknowledge(context, framework, call.acknowledge);
      return accepted;
    case 'RECONCILE':
      reconcile(context, framework, call.reconcile?.tasks ?? []);
      return accepted;
    case 'MESSAGE':
      if (call.message !== undefined) messageExecutor(context, framework, call.message);
      return accepted;
    case 'UPDATE_FRAMEWORK':
      return call.update_framework === undefined
        ? accepted
        : update(context, framework, call.update_framework);
    case 'RECONCILE_OPERATIONS':
      reconcileOperations(framework, call);
      return accepted;
    case 'ACCEPT_INVERSE_OFFERS':
      answerInverseOffers(context, framework, 'ACCEPT', call.accept_inverse_offers ?? {});
      return accepted;
    case 'DECLINE_INVERSE_OFFERS':
      answerInverseOffers(context, framework, 'DECLINE', call.decline_inverse_offers ?? {});
      return accepted;
    case 'ACKNOWLEDGE_OPERATION_STATUS':
    case 'REQUEST':
      return accepted;
    case 'SUBSCRIBE':
    case 'UNKNOWN':
      return { status: 501 };
  }
}

function revive(context: MasterContext, framework: Framework, named: readonly string[]): void {
  context.metrics.increment('master/messages_revive_offers');
  const roles = ownRoles(context, framework, named, 'REVIVE');
  if (roles === null) return;
  framework.suppressed = framework.suppressed.difference(roles);
  context.allocator.revive(framework.id, roles);
  requestAllocation(context, 'all');
}

function suppress(context: MasterContext, framework: Framework, named: readonly string[]): void {
  context.metrics.increment('master/messages_suppress_offers');
  const roles = ownRoles(context, framework, named, 'SUPPRESS');
  if (roles === null) return;
  framework.suppressed = framework.suppressed.union(roles);
  context.allocator.suppress(framework.id, roles);
}

/** The named roles, or all when none is named. One that is not the framework's own voids the call. */
function ownRoles(
  context: MasterContext,
  framework: Framework,
  named: readonly string[],
  call: string,
): ReadonlySet<string> | null {
  for (const role of named) {
    const problem = roleProblem(role) ?? (framework.roles.has(role) ? null : 'not a role of the framework');
    if (problem === null) continue;
    context.warn(`Dropping ${call} call of framework ${framework.id}: role '${role}': ${problem}`);
    return null;
  }
  return named.length === 0 ? framework.roles : new Set(named);
}

function update(context: MasterContext, framework: Framework, call: Subscribe): Reply {
  const info = call.framework_info;
  const problem = subscriptionProblem(context, call);
  if (problem !== null) return { status: 400, message: `Supplied FrameworkInfo is not valid: ${problem}` };
  const change = changeProblem(framework.info, info);
  if (change !== null) return { status: 400, message: `FrameworkInfo update is not valid: ${change}` };
  updateFramework(context, framework, info, new Set(call.suppressed_roles));
  announceFramework(context, framework);
  requestAllocation(context, 'all');
  return { status: 200 };
}

/** No operation outlives its ACCEPT here, so none is known afterwards. */
function reconcileOperations(framework: Framework, call: SchedulerCall): void {
  for (const { operation_id, agent_id } of call.reconcile_operations?.operations ?? []) {
    sendTo(framework, {
      type: 'UPDATE_OPERATION_STATUS',
      update_operation_status: {
        status: {
          operation_id,
          state: 'OPERATION_UNKNOWN',
          ...(agent_id === undefined ? {} : { agent_id }),
        },
      },
    });
  }
}
