import type { MasterContext } from '../context.ts';
import { flagsOnWire } from '../flags.ts';
import { masterCapabilities, mesosVersion } from '../master-info.ts';
import { flatAgent, flatFramework } from './flat.ts';

/** `/version`, which `/state` repeats. */
export const version = {
  build_date: '2024-08-23 00:00:00',
  build_time: 1_724_371_200,
  build_user: 'stagegate',
  version: mesosVersion,
};

/** `/state`: everything, as mesos-dns and the web UI read it. */
export function renderState(context: MasterContext): Record<string, unknown> {
  const { hostname, port } = context.address;
  const agents = [...context.agents.values()];
  const active = agents.filter((agent) => agent.end !== null && !agent.deactivated).length;
  const { cluster } = context.flags;
  return {
    ...version,
    start_time: context.startedAt / 1000,
    elected_time: context.startedAt / 1000,
    id: context.id,
    pid: context.pid,
    hostname,
    capabilities: masterCapabilities,
    activated_slaves: active,
    deactivated_slaves: agents.length - active,
    unreachable_slaves: context.registry.state.unreachable.size,
    leader: context.pid,
    leader_info: { id: context.id, pid: context.pid, port, hostname },
    ...(cluster === undefined ? {} : { cluster }),
    flags: flagsOnWire(context.flags, context.address),
    slaves: agents.map(flatAgent),
    recovered_slaves: [...context.recoveredAgents.values()],
    frameworks: [...context.frameworks.values()].map((framework) => flatFramework(context, framework)),
    completed_frameworks: [...context.completedFrameworks.values()].map((framework) =>
      flatFramework(context, framework),
    ),
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}
