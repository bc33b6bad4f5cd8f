import type { Clock } from '../../../plumbing/clock.ts';
import type { Containerizer } from './container.ts';
import type { DockerConfig } from './docker/images.ts';
import { CgroupIsolator } from './isolation/cgroup-isolator.ts';
import { openCgroups } from './isolation/cgroups.ts';
import type { Isolator } from './isolation/isolator.ts';
import type { PortGuard } from './isolation/port-guard.ts';
import { SampledIsolator } from './isolation/sampled-isolator.ts';
import { ProcessContainerizer } from './process.ts';
import { SimulatedContainerizer, type Simulation } from './simulated.ts';

export type { DockerConfig } from './docker/images.ts';
export { PortGuard } from './isolation/port-guard.ts';
export type { Simulation } from './simulated.ts';

export type RuntimeKind = 'process' | 'docker' | 'simulated';

export interface ContainerizersOptions {
  readonly runtime: RuntimeKind;
  readonly clock: Clock;
  /** Marker variables of the run; containers carry them as labels. */
  readonly marks: Readonly<Record<string, string>>;
  /** Network that Docker's BRIDGE containers of a role join, asked at each start; absent: the engine's own bridge. */
  readonly dockerNetwork?: (role: string) => Promise<string>;
  /** What images are pulled with, beside what a task fetched; absent: only that. */
  readonly dockerConfig?: () => DockerConfig;
  /** Address on which mapped ports of Docker containers are open. */
  readonly hostBindAddress: string;
  /** Where checks and other tasks find what a process of this agent serves. */
  readonly agentAddress: string;
  /** Shared by the agents of this address. */
  readonly ports: PortGuard;
  /** Hears once why tasks run with more rights than they should. */
  readonly onNotice: (text: string) => void;
  /** For the `simulated` runtime: how its tasks behave. */
  readonly simulation?: Simulation;
}

/** The containerizers of one agent, in the order in which the agent flag `--containerizers` names them. */
export async function openContainerizers(options: ContainerizersOptions): Promise<readonly Containerizer[]> {
  const { runtime, clock, marks, ports, agentAddress, hostBindAddress, simulation, onNotice } = options;
  const { dockerConfig, dockerNetwork } = options;
  if (runtime === 'simulated') return [new SimulatedContainerizer(clock, simulation ?? { seed: 1 })];
  const processes = new ProcessContainerizer({
    isolator: openIsolator(),
    ports,
    clock,
    address: agentAddress,
    onNotice,
  });
  if (runtime === 'process') return [processes];
  const around = {
    hostAddress: hostBindAddress,
    agentAddress,
    labels: labelsOf(marks),
  };
  // The engine's client takes longer to load than the rest of the cluster to start.
  const { DockerContainerizer } = await import('./docker/docker.ts');
  return [new DockerContainerizer({ ...around, ports, clock, dockerConfig, dockerNetwork }), processes];
}

/** `STAGEGATE_RUN` is the label `stagegate.run`. */
function labelsOf(marks: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(marks).map(([name, value]) => [name.toLowerCase().replaceAll('_', '.'), value]),
  );
}

/** The strongest isolation this process may use. */
async function openIsolator(): Promise<Isolator> {
  const cgroups = await openCgroups();
  return cgroups === undefined ? new SampledIsolator() : new CgroupIsolator(cgroups);
}
