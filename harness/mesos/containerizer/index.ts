import type { Clock } from '../../plumbing/clock.ts';
import type { Containerizer } from './container.ts';
import { CgroupIsolator } from './isolation/cgroup-isolator.ts';
import { openCgroups } from './isolation/cgroups.ts';
import { SampledIsolator } from './isolation/sampled-isolator.ts';
import { ProcessContainerizer } from './process.ts';

export type RuntimeKind = 'process' | 'docker' | 'simulated';

export interface ContainerizersOptions {
  readonly runtime: RuntimeKind;
  readonly clock: Clock;
}

/** The containerizers of one agent, in the order in which they are asked. */
export async function openContainerizers(options: ContainerizersOptions): Promise<readonly Containerizer[]> {
  const cgroups = await openCgroups();
  const isolator = cgroups === undefined ? new SampledIsolator() : new CgroupIsolator(cgroups);
  return [new ProcessContainerizer({ isolator, clock: options.clock })];
}
