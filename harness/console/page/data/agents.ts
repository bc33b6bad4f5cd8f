import type { Status } from '../../../diagnosis/index.ts';
import { call } from '../api.ts';
import type { Agent } from './types.ts';

/** One word for an agent. */
export function agentStatusOf({ active, deactivated, drain_info }: Agent): Status {
  if (drain_info !== undefined)
    return drain_info.state === 'DRAINED'
      ? { word: 'Drained', tone: 'idle' }
      : { word: 'Draining', tone: 'busy' };
  if (deactivated === true) return { word: 'Deactivated', tone: 'idle' };
  return active ? { word: 'Active', tone: 'good' } : { word: 'Disconnected', tone: 'bad' };
}

export type AgentAction = 'drain' | 'deactivate' | 'reactivate' | 'gone';

/** What may be done with an agent, as the master's operator API takes it. */
export function act(action: AgentAction, agentId: string): Promise<unknown> {
  const agent_id = { value: agentId };
  switch (action) {
    case 'drain':
      return call('POST', 'mesos/api/v1', { type: 'DRAIN_AGENT', drain_agent: { agent_id } });
    case 'deactivate':
      return call('POST', 'mesos/api/v1', { type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id } });
    case 'reactivate':
      return call('POST', 'mesos/api/v1', { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } });
    case 'gone':
      return call('POST', 'mesos/api/v1', { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id } });
  }
}
