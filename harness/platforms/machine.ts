import { availableParallelism, totalmem } from 'node:os';
import type { PortBlock } from './port-block.ts';

/** The part of memory that tasks may be offered; the rest is for the harness, its stores and the system. */
const memoryShare = 0.5;
/** Tasks wait more than they work: this many may share a core. */
const cpusPerCore = 4;
const diskMiB = 10_240;
const mebibyte = 2 ** 20;

/** What one of `agents` equal agents offers, as Mesos writes it: this machine divided among them. */
export function agentResources(agents: number, ports: PortBlock): string {
  const cpus = Math.max(1, Math.floor((availableParallelism() * cpusPerCore) / agents));
  const memMiB = Math.max(1024, Math.floor((totalmem() * memoryShare) / mebibyte / agents));
  return withPorts(`cpus:${cpus};mem:${memMiB};disk:${diskMiB}`, ports);
}

/** `resources` with ports added, unless they name some. */
export function withPorts(resources: string, { first, last }: PortBlock): string {
  return /(^|;)\s*ports\s*:/.test(resources) ? resources : `${resources};ports:[${first}-${last}]`;
}
