import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { parseResources } from '../allocator/resource-format.ts';
import type { Resource } from '../v1.ts';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
const defaultPorts = 'ports:[31000-32000]';

/**
 * Resources as `--resources` gives them, with what it does not mention detected as Mesos does: of the machine's memory
 * and of the work folder's disk some is left to others.
 */
export async function resourcesOf(text: string, workDir: string): Promise<Resource[]> {
  const given = parseResources(text);
  const isGiven = (name: string): boolean => given.some((resource) => resource.name === name);
  const detected: string[] = [];
  if (!isGiven('cpus')) detected.push(`cpus:${availableParallelism()}`);
  if (!isGiven('mem')) detected.push(`mem:${share(totalmem(), 2, 1)}`);
  if (!isGiven('disk')) detected.push(`disk:${share(await diskBytes(workDir), 10, 5)}`);
  if (!isGiven('ports')) detected.push(defaultPorts);
  return [...given, ...parseResources(detected.join(';'))];
}

async function diskBytes(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder);
  return blocks * bsize;
}

/** MiB of a total: all but the part left free when there is plenty, else half. */
function share(bytes: number, plentyGiB: number, leftFreeGiB: number): number {
  const mine = bytes >= plentyGiB * gibibyte ? bytes - leftFreeGiB * gibibyte : bytes / 2;
  return Math.floor(mine / mebibyte);
}
