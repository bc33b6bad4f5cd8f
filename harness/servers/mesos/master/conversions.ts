import { toWire } from '../allocator/resource-format.ts';
import { type Reservation, type ResourceKind, Resources, reservationRole } from '../allocator/resources.ts';
import type { Resource } from '../v1.ts';
import type { Operation } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import type { Agent } from './entities.ts';
import type { OfferBudget } from './offer-budget.ts';
import { resourcesProblem } from './resource-validation.ts';
import { sendTo } from './stream.ts';

/** Turning resources of an agent into others of the same amounts. */
export interface Conversion {
  readonly consumed: Resources;
  readonly created: Resources;
}

export type ConversionType = 'RESERVE' | 'UNRESERVE' | 'CREATE' | 'DESTROY';

/** RESERVE, UNRESERVE, CREATE and DESTROY of an ACCEPT. Returns what was made, which the budget holds then. */
export function applyConversion(
  context: MasterContext,
  budget: OfferBudget,
  operation: Operation,
): Resources {
  const { framework, agent, role } = budget;
  const planned = unlessTwice(agent, plan(operation, role));
  if ('problem' in planned || !budget.left.contains(planned.consumed)) {
    const problem =
      'problem' in planned ? planned.problem : `${budget.left} does not contain ${planned.consumed}`;
    report(budget, operation, 'OPERATION_ERROR', problem);
    context.warn(`Dropping ${operation.type} operation from framework ${framework.id}: ${problem}`);
    return Resources.none;
  }
  const { consumed, created } = planned;
  context.allocator.convertHeld(framework.id, role, agent.id, consumed, created);
  budget.left = budget.left.minus(consumed).plus(created);
  rememberTotal(context, agent, { consumed, created });
  report(budget, operation, 'OPERATION_FINISHED');
  return created;
}

function report(
  { framework, agent }: OfferBudget,
  { id }: Operation,
  state: 'OPERATION_FINISHED' | 'OPERATION_ERROR',
  message?: string,
): void {
  if (id === undefined) return;
  sendTo(framework, {
    type: 'UPDATE_OPERATION_STATUS',
    update_operation_status: {
      status: {
        operation_id: id,
        state,
        ...(message === undefined ? {} : { message }),
        agent_id: { value: agent.id },
      },
    },
  });
}

function plan(operation: Operation, role: string): Conversion | { readonly problem: string } {
  switch (operation.type) {
    case 'RESERVE':
      if (operation.reserve?.source !== undefined) {
        return { problem: 'Reservation updates are not yet implemented for the scheduler API.' };
      }
      return planReservation(operation.reserve?.resources ?? [], role);
    case 'UNRESERVE':
      return planConversion('UNRESERVE', operation.unreserve?.resources ?? []);
    case 'CREATE':
      return planConversion('CREATE', operation.create?.volumes ?? []);
    case 'DESTROY':
      return planConversion('DESTROY', operation.destroy?.volumes ?? []);
    default:
      return { problem: `${operation.type} is not supported` };
  }
}

/** A framework reserves for the role that the resources are offered in. */
function planReservation(list: readonly Resource[], role: string): Conversion | { readonly problem: string } {
  const planned = planConversion('RESERVE', list);
  if ('problem' in planned) return planned;
  for (const { kind } of planned.created.piles) {
    const wanted = reservationRole(kind);
    if (wanted === role) continue;
    return {
      problem: `A reserve operation was attempted for a resource allocated to role '${role}', but reserved to '${wanted}'`,
    };
  }
  return planned;
}

/** What an operation takes and makes, or what is wrong with its resources. */
export function planConversion(
  type: ConversionType,
  list: readonly Resource[],
): Conversion | { readonly problem: string } {
  const problem = resourcesProblem(list);
  if (problem !== null) return { problem };
  const named = Resources.from(list);
  const plain = convert(named, type === 'RESERVE' || type === 'UNRESERVE' ? popReservation : dropVolume);
  const reserves = type === 'RESERVE' || type === 'UNRESERVE';
  for (const { kind } of named.piles) {
    const isDynamic = kind.reservations.at(-1)?.type === 'DYNAMIC';
    if (reserves && !isDynamic) return { problem: `Resource ${kind.name} is not dynamically reserved` };
    if (reserves && kind.disk?.persistence !== undefined) {
      return { problem: `A persistent volume cannot be ${type === 'RESERVE' ? 'reserved' : 'unreserved'}` };
    }
    if (!reserves && kind.disk?.persistence === undefined)
      return { problem: "'persistence' is not set in DiskInfo" };
  }
  const makes = type === 'RESERVE' || type === 'CREATE';
  return makes ? { consumed: plain, created: named } : { consumed: named, created: plain };
}

function convert(resources: Resources, change: (kind: ResourceKind) => ResourceKind): Resources {
  const list = [...resources.piles].map(({ kind, amount, key }) => ({ key, kind: change(kind), amount }));
  // Writing and reading again gives every pile the key of its new kind.
  return Resources.from(list.flatMap((pile) => toWire(Resources.fromPiles([pile]), 'refined')));
}

function popReservation(kind: ResourceKind): ResourceKind {
  const reservations: readonly Reservation[] = kind.reservations.slice(0, -1);
  return { ...kind, reservations };
}

function dropVolume(kind: ResourceKind): ResourceKind {
  const { disk, shared: _, ...rest } = kind;
  return disk?.source === undefined ? rest : { ...rest, disk: { source: disk.source } };
}

/** An id names one volume of its role on an agent. */
export function unlessTwice<T extends Conversion | { readonly problem: string }>(
  agent: Agent,
  planned: T,
): T | { readonly problem: string } {
  if ('problem' in planned) return planned;
  const known = new Set(volumeNames(agent.total.minus(planned.consumed)));
  const twice = volumeNames(planned.created).find((name) => known.has(name));
  return twice === undefined ? planned : { problem: `Persistence ID '${twice}' is not unique on this agent` };
}

function volumeNames(resources: Resources): readonly string[] {
  return [...resources.piles].flatMap(({ kind }) => {
    const id = kind.disk?.persistence?.id;
    return id === undefined ? [] : [`${reservationRole(kind)}/${id}`];
  });
}

/** The agent keeps the volumes that are among its resources, and destroys others. */
export function tellTotal(agent: Agent): void {
  agent.end?.send({ kind: 'checkpoint-resources', resources: toWire(agent.total, 'refined') });
}

/** The agent's total has changed for good: the registry keeps it for when the agent registers again. */
export function rememberTotal(context: MasterContext, agent: Agent, { consumed, created }: Conversion): void {
  agent.total = agent.total.minus(consumed).plus(created);
  const checkpointedResources = toWire(agent.total, 'refined');
  context.registry.update(({ agents }) => {
    const kept = agents.get(agent.id);
    if (kept !== undefined) agents.set(agent.id, { ...kept, checkpointedResources });
  });
  tellTotal(agent);
}
