import type { OperatorCall, OperatorCallType } from '../../wire/operator-call.ts';
import type { MasterContext } from '../context.ts';
import { flagsOnWire } from '../flags.ts';
import { removeFramework } from '../frameworks.ts';
import { masterInfo } from '../master-info.ts';
import { deactivate, drain, gone, reactivate } from './agents.ts';
import { browse, read } from './files.ts';
import {
  maintenanceSchedule,
  maintenanceStatus,
  startMaintenance,
  stopMaintenance,
  updateSchedule,
} from './maintenance.ts';
import { renderMetrics } from './metrics-snapshot.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { quotaStatus, removeQuota, setQuota, updateQuota } from './quota.ts';
import { convertResources } from './resources.ts';
import { getRoles } from './roles.ts';
import { version } from './state.ts';
import { getAgents, getExecutors, getFrameworks, getState, getTasks } from './v1-views.ts';
import { listWeights, updateWeights } from './weights.ts';

type BodyName = Exclude<keyof OperatorCall, 'type'>;

/** Members that calls of these types must have. */
const bodies = new Map<OperatorCallType, BodyName>(
  (
    [
      'SET_LOGGING_LEVEL',
      'LIST_FILES',
      'READ_FILE',
      'UPDATE_WEIGHTS',
      'RESERVE_RESOURCES',
      'UNRESERVE_RESOURCES',
      'CREATE_VOLUMES',
      'DESTROY_VOLUMES',
      'GROW_VOLUME',
      'SHRINK_VOLUME',
      'UPDATE_MAINTENANCE_SCHEDULE',
      'START_MAINTENANCE',
      'STOP_MAINTENANCE',
      'DRAIN_AGENT',
      'DEACTIVATE_AGENT',
      'REACTIVATE_AGENT',
      'UPDATE_QUOTA',
      'SET_QUOTA',
      'REMOVE_QUOTA',
      'TEARDOWN',
      'MARK_AGENT_GONE',
    ] as const
  ).map((type) => [type, type.toLowerCase() as Lowercase<typeof type>]),
);

/** Says what is wrong with a call, in Mesos' words, or null. */
export function operatorCallProblem(call: OperatorCall): string | null {
  if (call.type === undefined) return "Expecting 'type' to be present";
  const body = bodies.get(call.type);
  return body !== undefined && call[body] === undefined ? `Expecting '${body}' to be present` : null;
}

/** What a call yields: a message that goes under the call's name, or how a change ended. */
export type OperatorAnswer = { readonly reply: unknown } | Outcome;

const answers = new Map<OperatorCallType, (context: MasterContext) => unknown>([
  ['GET_HEALTH', () => ({ healthy: true })],
  ['GET_FLAGS', ({ flags, address }) => ({ flags: pairs(flagsOnWire(flags, address)) })],
  ['GET_VERSION', () => ({ version_info: version })],
  ['GET_METRICS', (context) => ({ metrics: pairs(renderMetrics(context)) })],
  ['GET_LOGGING_LEVEL', () => ({ level: 0 })],
  ['GET_STATE', getState],
  ['GET_AGENTS', getAgents],
  ['GET_FRAMEWORKS', getFrameworks],
  ['GET_EXECUTORS', getExecutors],
  ['GET_OPERATIONS', () => ({})],
  ['GET_TASKS', getTasks],
  ['GET_ROLES', getRoles],
  ['GET_WEIGHTS', getWeights],
  ['GET_MASTER', getMaster],
  ['GET_MAINTENANCE_STATUS', (context) => ({ status: maintenanceStatus(context) })],
  ['GET_MAINTENANCE_SCHEDULE', (context) => ({ schedule: maintenanceSchedule(context) })],
  ['GET_QUOTA', (context) => ({ status: quotaStatus(context) })],
]);

function pairs<V>(object: Readonly<Record<string, V>>): { readonly name: string; readonly value: V }[] {
  return Object.entries(object).map(([name, value]) => ({ name, value }));
}

function getWeights(context: MasterContext): unknown {
  const infos = listWeights(context);
  return infos.length === 0 ? {} : { weight_infos: infos };
}

function getMaster(context: MasterContext): unknown {
  const start = context.startedAt / 1000;
  return { master_info: masterInfo(context), start_time: start, elected_time: start };
}

/** Carries out any operator call but SUBSCRIBE. The call must have passed {@link operatorCallProblem}. */
export function receiveOperatorCall(context: MasterContext, call: OperatorCall): OperatorAnswer {
  const type = call.type ?? 'UNKNOWN';
  const answer = answers.get(type);
  return answer === undefined ? change(context, call) : { reply: answer(context) };
}

function change(context: MasterContext, call: OperatorCall): OperatorAnswer {
  if (call.set_logging_level !== undefined) return done;
  if (call.list_files !== undefined) return listFiles(context, call.list_files.path);
  if (call.read_file !== undefined) return readFile(context, call.read_file);
  if (call.teardown !== undefined) return teardown(context, call.teardown.framework_id.value);
  return changeRoles(context, call) ?? changeAgents(context, call) ?? { status: 501 };
}

function changeRoles(context: MasterContext, call: OperatorCall): Outcome | null {
  switch (call.type) {
    case 'UPDATE_WEIGHTS':
      return updateWeights(context, call.update_weights?.weight_infos ?? []);
    case 'UPDATE_QUOTA':
      return updateQuota(context, call.update_quota?.quota_configs ?? [], call.update_quota?.force ?? false);
    case 'SET_QUOTA':
      return call.set_quota === undefined ? null : setQuota(context, call.set_quota.quota_request);
    case 'REMOVE_QUOTA':
      return call.remove_quota === undefined ? null : removeQuota(context, call.remove_quota.role);
    default:
      return null;
  }
}

function changeAgents(context: MasterContext, call: OperatorCall): Outcome | null {
  const { reserve_resources: reserve, unreserve_resources: unreserve } = call;
  const { create_volumes: create, destroy_volumes: destroy } = call;
  switch (call.type) {
    case 'DRAIN_AGENT':
      return call.drain_agent === undefined ? null : drain(context, call.drain_agent);
    case 'DEACTIVATE_AGENT':
      return deactivate(context, call.deactivate_agent?.agent_id.value ?? '');
    case 'REACTIVATE_AGENT':
      return reactivate(context, call.reactivate_agent?.agent_id.value ?? '');
    case 'MARK_AGENT_GONE':
      return gone(context, call.mark_agent_gone?.agent_id.value ?? '');
    case 'UPDATE_MAINTENANCE_SCHEDULE':
      return updateSchedule(context, call.update_maintenance_schedule?.schedule ?? {});
    case 'START_MAINTENANCE':
      return startMaintenance(context, call.start_maintenance?.machines ?? []);
    case 'STOP_MAINTENANCE':
      return stopMaintenance(context, call.stop_maintenance?.machines ?? []);
    case 'RESERVE_RESOURCES':
      return reserve
        ? convertResources(context, 'RESERVE', reserve.agent_id.value, reserve.resources ?? [])
        : null;
    case 'UNRESERVE_RESOURCES':
      return unreserve
        ? convertResources(context, 'UNRESERVE', unreserve.agent_id.value, unreserve.resources ?? [])
        : null;
    case 'CREATE_VOLUMES':
      return create ? convertResources(context, 'CREATE', create.agent_id.value, create.volumes ?? []) : null;
    case 'DESTROY_VOLUMES':
      return destroy
        ? convertResources(context, 'DESTROY', destroy.agent_id.value, destroy.volumes ?? [])
        : null;
    default:
      return null;
  }
}

/** Removes a framework for an operator. */
export function teardown(context: MasterContext, frameworkId: string): Outcome {
  const framework = context.frameworks.get(frameworkId);
  if (framework === undefined) return refused('No framework found with specified ID');
  removeFramework(context, framework);
  return done;
}

function listFiles(context: MasterContext, path: string): OperatorAnswer {
  const found = browse(context, path);
  if (found.kind === 'invalid') return refused(found.message);
  if (found.kind === 'missing') return { status: 404 };
  const file_infos = found.value.map(({ mtime, mode: _, ...info }) => ({
    ...info,
    mode: 0o100644,
    mtime: { nanoseconds: mtime * 1e9 },
  }));
  return { reply: { file_infos } };
}

function readFile(
  context: MasterContext,
  { path, offset, length }: NonNullable<OperatorCall['read_file']>,
): OperatorAnswer {
  const text = { path, offset: String(offset), length: length === undefined ? null : String(length) };
  const found = read(context, text);
  if (found.kind === 'invalid') return refused(found.message);
  if (found.kind === 'missing') return { status: 404 };
  return { reply: { size: context.masterLog.size, data: found.value.data.toString('base64') } };
}
