import type { Agent } from '../agent/index.ts';
import type { Master } from '../master/index.ts';

/** Breaks a running cluster on purpose, for tests and probes. Agents are named by their id. */
export interface Faults {
  /** As when the agent's machine fails: its tasks end, nobody is told, and it answers no more. */
  loseAgent(agentId: string): Promise<void>;
  /** Puts a lost agent's machine back, without tasks; it registers under its old id. */
  bringBackAgent(agentId: string): void;
  /** Cuts the network between an agent and the master. Its tasks go on; the master finds out by itself. */
  partitionAgent(agentId: string): void;
  /** Every message between an agent and the master takes `delayMs` longer. */
  slowAgent(agentId: string, delayMs: number): void;
  /** Ends a partition or a slowness. */
  healAgent(agentId: string): void;
  /** Restarts the agent's process: tasks of frameworks with checkpoints go on, others are lost. */
  restartAgent(agentId: string): Promise<void>;
  /** Ends the master as a crash would; nobody answers on its port until {@link electMaster}. */
  crashMaster(): void;
  /** Puts a new master in place, which knows what the registry file says. */
  electMaster(): void;
}

/** @throws Error from any fault that names an agent the cluster does not have. */
export function createFaults(cluster: {
  readonly agents: readonly Agent[];
  readonly master: Master;
}): Faults {
  const agentOf = (agentId: string): Agent => {
    const agent = cluster.agents.find(({ id }) => id === agentId);
    if (agent !== undefined) return agent;
    const ids = cluster.agents.map(({ id }) => id).join(', ');
    throw new Error(`No agent has the id ${agentId}; there are ${ids}`);
  };
  return {
    loseAgent: (agentId) => agentOf(agentId).lose(),
    bringBackAgent: (agentId) => agentOf(agentId).bringBack(),
    partitionAgent: (agentId) => agentOf(agentId).setNetwork({ kind: 'cut' }),
    slowAgent: (agentId, delayMs) => agentOf(agentId).setNetwork({ kind: 'slow', delayMs }),
    healAgent: (agentId) => agentOf(agentId).setNetwork({ kind: 'sound' }),
    restartAgent: (agentId) => agentOf(agentId).restart(),
    crashMaster: () => cluster.master.crash(),
    electMaster: () => cluster.master.elect(),
  };
}
