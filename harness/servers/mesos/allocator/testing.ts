import { Allocator } from './allocator.ts';
import { parseResources } from './resource-format.ts';
import { Resources } from './resources.ts';
import { seeded } from './seeded.ts';

/** Resources as Mesos writes them. */
export const heap = (text: string): Resources => Resources.from(parseResources(text));
/** A framework in these roles, without capabilities. */
export const traits = (...roles: readonly string[]) => ({
  roles: new Set(roles),
  suppressed: new Set<string>(),
  capabilities: new Set<string>(),
});

/** So many agents, all alike. */
export function cluster(agents: number, resources: string): Allocator {
  const allocator = new Allocator({ random: seeded(7) });
  for (let index = 0; index < agents; index++) allocator.addAgent(`agent-${index}`, heap(resources));
  return allocator;
}
