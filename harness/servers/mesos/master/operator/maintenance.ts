import { isIPv4 } from 'node:net';
import type { MachineId, Schedule } from '../../wire/operator-call.ts';
import type { MasterContext } from '../context.ts';
import { inverseStatuses, rescindInverseOffers } from '../inverse-offers.ts';
import { removeAgent } from '../lost-agents.ts';
import { isOn } from '../maintenance.ts';
import { requestAllocation, rescindOffer } from '../offers.ts';
import { done, type Outcome, refused } from './outcome.ts';

export function maintenanceSchedule(context: MasterContext): Schedule {
  const { windows } = context.registry.state;
  return windows.length === 0 ? {} : { windows };
}

export function maintenanceStatus(context: MasterContext): Record<string, unknown> {
  const { windows, downMachines } = context.registry.state;
  const draining = windows
    .flatMap(({ machine_ids }) => machine_ids)
    .filter((machine) => !downMachines.some((down) => isSame(down, machine)));
  return {
    ...(draining.length === 0
      ? {}
      : { draining_machines: draining.map((id) => drainingMachine(context, id)) }),
    ...(downMachines.length === 0 ? {} : { down_machines: downMachines }),
  };
}

function drainingMachine(context: MasterContext, id: MachineId): Record<string, unknown> {
  const agents = [...context.agents.values()].filter(({ description }) => isOn(description, id));
  const statuses = agents.flatMap((agent) => inverseStatuses(context, agent));
  return statuses.length === 0 ? { id } : { id, statuses };
}

/** Replaces the schedule. Offers of the machines it names are made anew, saying when they will be away. */
export function updateSchedule(context: MasterContext, schedule: Schedule): Outcome {
  const windows = (schedule.windows ?? []).map(({ machine_ids = [], unavailability }) => ({
    machine_ids,
    unavailability,
  }));
  const named = windows.flatMap(({ machine_ids }) => machine_ids);
  for (const { machine_ids, unavailability } of windows) {
    if (machine_ids.length === 0) return refused('List of machines in the maintenance window is empty');
    if ((unavailability.duration?.nanoseconds ?? 0) < 0)
      return refused("Unavailability 'duration' is negative");
  }
  const problem = machinesProblem(named);
  if (problem !== null) return refused(problem);
  for (const down of context.registry.state.downMachines) {
    if (named.some((machine) => isSame(machine, down))) continue;
    return refused(
      `Machine '${JSON.stringify(down)}' is deactivated and cannot be removed from the schedule`,
    );
  }
  context.registry.update((state) => {
    state.windows = windows;
  });
  rescindInverseOffers(context, () => true);
  for (const agent of context.agents.values()) {
    if (!named.some((machine) => isOn(agent.description, machine))) continue;
    for (const offer of [...agent.offers]) rescindOffer(context, offer);
  }
  requestAllocation(context, 'all');
  return done;
}

/** Takes machines of the schedule down: their agents are removed and may not register. */
export function startMaintenance(context: MasterContext, machines: readonly MachineId[]): Outcome {
  const problem = listProblem(machines) ?? modeProblem(context, machines, 'DRAINING');
  if (problem !== null) return refused(problem);
  context.registry.update((state) => {
    state.downMachines = [...state.downMachines, ...machines];
  });
  for (const agent of [...context.agents.values()]) {
    if (!machines.some((machine) => isOn(agent.description, machine))) continue;
    removeAgent(context, agent, "Operator initiated 'Machine DOWN'");
  }
  return done;
}

/** Brings machines back up, and takes them out of the schedule. */
export function stopMaintenance(context: MasterContext, machines: readonly MachineId[]): Outcome {
  const problem = listProblem(machines) ?? modeProblem(context, machines, 'DOWN');
  if (problem !== null) return refused(problem);
  const others = (list: readonly MachineId[]): MachineId[] =>
    list.filter((entry) => !machines.some((machine) => isSame(machine, entry)));
  context.registry.update((state) => {
    state.downMachines = others(state.downMachines);
    state.windows = state.windows
      .map(({ machine_ids, unavailability }) => ({ machine_ids: others(machine_ids), unavailability }))
      .filter(({ machine_ids }) => machine_ids.length > 0);
  });
  rescindInverseOffers(context, () => true);
  return done;
}

function listProblem(machines: readonly MachineId[]): string | null {
  return machines.length === 0 ? 'List of machines is empty' : machinesProblem(machines);
}

function machinesProblem(machines: readonly MachineId[]): string | null {
  for (const [index, machine] of machines.entries()) {
    const { hostname = '', ip = '' } = machine;
    if (hostname === '' && ip === '') return "Both 'hostname' and 'ip' for a machine are empty";
    if (ip !== '' && !isIPv4(ip)) return `Failed to parse the IP: ${ip}`;
    if (machines.slice(0, index).some((earlier) => isSame(earlier, machine))) {
      return `Machine '${JSON.stringify(machine)}' appears more than once in the schedule`;
    }
  }
  return null;
}

function modeProblem(
  context: MasterContext,
  machines: readonly MachineId[],
  wanted: 'DRAINING' | 'DOWN',
): string | null {
  const { windows, downMachines } = context.registry.state;
  for (const machine of machines) {
    const name = JSON.stringify(machine);
    const isScheduled = windows.some(({ machine_ids }) =>
      machine_ids.some((entry) => isSame(entry, machine)),
    );
    if (!isScheduled) return `Machine '${name}' is not part of a maintenance schedule`;
    const mode = downMachines.some((down) => isSame(down, machine)) ? 'DOWN' : 'DRAINING';
    if (mode === wanted) continue;
    return `Machine '${name}' is not in ${wanted} mode and cannot be brought ${wanted === 'DOWN' ? 'up' : 'down'}`;
  }
  return null;
}

function isSame(a: MachineId, b: MachineId): boolean {
  return (
    (a.hostname ?? '').toLowerCase() === (b.hostname ?? '').toLowerCase() && (a.ip ?? '') === (b.ip ?? '')
  );
}
