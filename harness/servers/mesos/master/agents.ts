import { Resources } from '../allocator/resources.ts';
import type { AgentDescription, AgentMessage, MasterEnd, RunningTask } from '../link.ts';
import { admitTasks } from './agent-tasks.ts';
import type { MasterContext } from './context.ts';
import { tellTotal } from './conversions.ts';
import { checkDrained, drainTasks } from './drain.ts';
import type { Agent } from './entities.ts';
import { addFramework, awaitFailover } from './frameworks.ts';
import { loseTasksWithoutCheckpoint, markUnreachable, removeAgent } from './lost-agents.ts';
import { isDown } from './maintenance.ts';
import { requestAllocation, rescindOffer } from './offers.ts';
import type { RegisteredAgent } from './registry.ts';
import { executorExited, receiveUpdate } from './status-updates.ts';
import { sendTo } from './stream.ts';

/** Listens to an agent that dialled: first it registers, then it reports. */
export function welcome(context: MasterContext, end: MasterEnd): void {
  let agent: Agent | null = null;
  end.listen({
    onMessage: (message) => {
      if (context.stopped) return;
      if (message.kind === 'register') agent = register(context, end, message);
      else if (agent !== null && agent.end === end) receive(context, agent, message);
    },
    onClose: () => {
      if (!context.stopped && agent !== null && agent.end === end) disconnectAgent(context, agent);
    },
  });
}

type Registration = Extract<AgentMessage, { kind: 'register' }>;

function register(
  context: MasterContext,
  end: MasterEnd,
  { agent: description, known }: Registration,
): Agent | null {
  if (isDown(context, description)) {
    end.send({ kind: 'shutdown', message: "Machine is 'DOWN'" });
    return null;
  }
  if (known === undefined) {
    context.metrics.increment('master/messages_register_slave');
    forgetFormerSelf(context, description);
    const agent = addAgent(context, end, { id: nextAgentId(context), description });
    context.metrics.increment('master/slave_registrations');
    announce(context, agent);
    return agent;
  }
  context.metrics.increment('master/messages_reregister_slave');
  if (context.registry.state.gone.has(known.agentId)) {
    end.send({ kind: 'shutdown', message: 'Agent has been marked gone' });
    return null;
  }
  context.metrics.increment('master/slave_reregistrations');
  const present = context.agents.get(known.agentId);
  return present === undefined
    ? comeBack(context, end, description, known)
    : reconnect(context, end, present, description, known.tasks);
}

/** An agent that never heard its id registers anew; what is left of its first attempt goes. */
function forgetFormerSelf(context: MasterContext, { pid }: AgentDescription): void {
  for (const agent of context.agents.values()) {
    if (agent.end !== null || agent.description.pid !== pid || agent.tasks.size > 0) continue;
    removeAgent(context, agent, 'a registration attempt occurred');
    return;
  }
}

function nextAgentId(context: MasterContext): string {
  return `${context.id}-S${context.counters.agent++}`;
}

function addAgent(
  context: MasterContext,
  end: MasterEnd,
  { id, description }: { readonly id: string; readonly description: AgentDescription },
): Agent {
  const { agents: present, unreachable: away } = context.registry.state;
  const { sinceNs: _, ...kept }: Partial<RegisteredAgent & { sinceNs: number }> =
    present.get(id) ?? away.get(id) ?? {};
  const total = Resources.from(kept.checkpointedResources ?? description.resources);
  const agent: Agent = {
    id,
    description,
    total,
    end,
    registeredAt: context.clock.now(),
    reregisteredAt: null,
    deactivated: kept.deactivated ?? false,
    drain: kept.drain ?? null,
    unansweredPings: 0,
    pingTimer: null,
    reregisterTimer: null,
    tasks: new Map(),
    executors: new Map(),
    offers: new Set(),
    pendingKills: new Set(),
  };
  context.agents.set(id, agent);
  context.recoveredAgents.delete(id);
  context.allocator.addAgent(id, total);
  context.allocator.setAgentActive(id, !agent.deactivated);
  context.registry.update(({ agents, unreachable }) => {
    unreachable.delete(id);
    agents.set(id, { ...kept, id, hostname: description.hostname });
  });
  return agent;
}

function announce(context: MasterContext, agent: Agent): void {
  agent.end?.send({ kind: 'registered', agentId: agent.id });
  tellTotal(agent);
  schedulePing(context, agent);
  context.info(`Registered agent ${agent.id} at ${agent.description.pid} (${agent.description.hostname})`);
  context.bus.publish({ kind: 'agent-added', agent });
  requestAllocation(context, [agent.id]);
}

/** An agent of an earlier master, or one that was given up. */
function comeBack(
  context: MasterContext,
  end: MasterEnd,
  description: AgentDescription,
  known: { readonly agentId: string; readonly tasks: readonly RunningTask[] },
): Agent {
  const wasUnreachable = context.registry.state.unreachable.has(known.agentId);
  const agent = addAgent(context, end, { id: known.agentId, description });
  agent.reregisteredAt = context.clock.now();
  recoverFrameworks(context, known.tasks);
  end.send({ kind: 'registered', agentId: agent.id });
  admitTasks(context, agent, known.tasks, wasUnreachable ? 'unreachable' : 'elsewhere');
  announceBack(context, agent);
  return agent;
}

/** The agent's wire broke, or it restarted, and it is back before it was given up. */
function reconnect(
  context: MasterContext,
  end: MasterEnd,
  agent: Agent,
  description: AgentDescription,
  tasks: readonly RunningTask[],
): Agent {
  agent.end?.close();
  agent.reregisterTimer?.cancel();
  agent.reregisterTimer = null;
  agent.description = description;
  agent.end = end;
  agent.reregisteredAt = context.clock.now();
  recoverFrameworks(context, tasks);
  end.send({ kind: 'registered', agentId: agent.id });
  admitTasks(context, agent, tasks, 'disconnected');
  context.allocator.setAgentActive(agent.id, !agent.deactivated);
  announceBack(context, agent);
  return agent;
}

function announceBack(context: MasterContext, agent: Agent): void {
  tellTotal(agent);
  schedulePing(context, agent);
  if (agent.drain?.state === 'DRAINING') {
    drainTasks(agent);
    checkDrained(context, agent);
  }
  context.info(`Agent ${agent.id} (${agent.description.hostname}) registered again`);
  context.bus.publish({ kind: 'agent-added', agent });
  requestAllocation(context, [agent.id]);
}

/** Frameworks whose tasks an agent runs are known from then on, disconnected until they subscribe. */
function recoverFrameworks(context: MasterContext, tasks: readonly RunningTask[]): void {
  for (const { framework: info } of tasks) {
    if (info.id === undefined || context.frameworks.has(info.id.value)) continue;
    if (context.completedFrameworks.has(info.id.value)) continue;
    const framework = addFramework(
      context,
      { ...info, id: info.id },
      { suppressed: new Set(), recovered: true },
    );
    // Its scheduler has as long to find the new master as agents have, however short its own timeout is.
    awaitFailover(context, framework, context.flags.agentReregisterTimeoutMs);
    context.bus.publish({ kind: 'framework-added', framework });
  }
}

function receive(context: MasterContext, agent: Agent, message: Exclude<AgentMessage, Registration>): void {
  switch (message.kind) {
    case 'status-update':
      receiveUpdate(context, agent, message);
      return;
    case 'executor-exited':
      executorExited(context, agent, message);
      return;
    case 'executor-message': {
      context.metrics.increment('master/messages_executor_to_framework');
      const framework = context.frameworks.get(message.frameworkId);
      if (framework === undefined) return;
      const { executorId, data } = message;
      sendTo(framework, {
        type: 'MESSAGE',
        message: { agent_id: { value: agent.id }, executor_id: { value: executorId }, data },
      });
      return;
    }
    case 'pong':
      agent.unansweredPings = 0;
      return;
    default:
      message satisfies never;
  }
}

/** Asks for a sign of life in every interval; too many intervals without one, and the agent is given up. */
function schedulePing(context: MasterContext, agent: Agent): void {
  agent.pingTimer?.cancel();
  agent.unansweredPings = 0;
  const ping = (): void => {
    if (agent.unansweredPings >= context.flags.maxAgentPingTimeouts) {
      markUnreachable(context, agent, 'health check timed out');
      return;
    }
    agent.unansweredPings++;
    agent.end?.send({ kind: 'ping' });
    agent.pingTimer = context.clock.after(context.flags.agentPingTimeoutMs, ping);
  };
  agent.pingTimer = context.clock.after(context.flags.agentPingTimeoutMs, ping);
}

/** The wire broke: no offers until the agent is back, and tasks that cannot survive its restart are lost. */
function disconnectAgent(context: MasterContext, agent: Agent): void {
  agent.end = null;
  agent.pingTimer?.cancel();
  context.info(`Agent ${agent.id} (${agent.description.hostname}) disconnected`);
  context.allocator.setAgentActive(agent.id, false);
  for (const offer of [...agent.offers]) rescindOffer(context, offer);
  loseTasksWithoutCheckpoint(context, agent);
  agent.reregisterTimer = context.clock.after(context.flags.agentReregisterTimeoutMs, () => {
    if (agent.end === null) markUnreachable(context, agent, 'agent did not re-register within the timeout');
  });
}
