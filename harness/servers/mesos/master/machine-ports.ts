import {
  formatRanges,
  normalizeRanges,
  type Ranges,
  rangesContain,
  subtractRanges,
} from '../allocator/ranges.ts';
import { Resources } from '../allocator/resources.ts';
import { isTerminal } from '../task-states.ts';
import type { MasterContext } from './context.ts';
import type { Agent } from './entities.ts';

/**
 * Agents of one machine may offer the same ports, and each port of the machine is there once. A port that a task of
 * one agent has is left out of the other agents' offers, and refused where an older offer still showed it.
 */
export function withoutPortsTakenBeside(context: MasterContext, agent: Agent, offered: Resources): Resources {
  const taken = portsTakenBeside(context, agent);
  if (taken.length === 0) return offered;
  return Resources.fromPiles(
    [...offered.piles].map((pile) =>
      pile.kind.name === 'ports' && pile.amount.type === 'RANGES'
        ? { ...pile, amount: { type: 'RANGES', ranges: subtractRanges(pile.amount.ranges, taken) } }
        : pile,
    ),
  );
}

/** Says which of the wanted ports another agent of the machine has given away since they were offered, or null. */
export function portConflict(context: MasterContext, agent: Agent, wanted: Resources): string | null {
  const ports = portsOf(wanted);
  if (ports.length === 0) return null;
  const left = subtractRanges(ports, portsTakenBeside(context, agent));
  if (rangesContain(left, ports)) return null;
  const taken = formatRanges(subtractRanges(ports, left));
  return `Ports ${taken} were given to a task of another agent on the same machine after they were offered`;
}

function portsTakenBeside(context: MasterContext, agent: Agent): Ranges {
  const { machine } = agent.description;
  if (machine === undefined) return [];
  const taken: Ranges[] = [];
  for (const other of context.agents.values()) {
    if (other === agent || other.description.machine !== machine) continue;
    for (const { state, resources } of other.tasks.values())
      if (!isTerminal(state)) taken.push(portsOf(resources));
    for (const { resources } of other.executors.values()) taken.push(portsOf(resources));
  }
  return normalizeRanges(taken.flat());
}

function portsOf(resources: Resources): Ranges {
  return normalizeRanges(
    [...resources.piles].flatMap(({ kind, amount }) =>
      kind.name === 'ports' && amount.type === 'RANGES' ? amount.ranges : [],
    ),
  );
}
