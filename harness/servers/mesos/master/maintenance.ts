import type { AgentDescription } from '../link.ts';
import type { Offer } from '../v1.ts';
import type { MasterContext } from './context.ts';
import type { Agent } from './entities.ts';
import type { MachineId } from './registry.ts';

/** When the agent's machine is planned to be away, if it is. */
export function unavailabilityOf(context: MasterContext, agent: Agent): Offer['unavailability'] {
  const window = context.registry.state.windows.find(({ machine_ids }) =>
    machine_ids.some((machine) => isOn(agent.description, machine)),
  );
  return window?.unavailability;
}

/** True when the agent's machine has been taken down. */
export function isDown(context: MasterContext, description: AgentDescription): boolean {
  return context.registry.state.downMachines.some((machine) => isOn(description, machine));
}

/** A machine is named by its host name, its address, or both. */
export function isOn({ hostname, pid }: AgentDescription, machine: MachineId): boolean {
  const ip = pid.split(/[@:]/)[1] ?? '';
  return (machine.hostname ?? hostname) === hostname && (machine.ip ?? ip) === ip;
}
