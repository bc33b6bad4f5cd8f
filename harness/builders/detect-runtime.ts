import { type RuntimeName, StagegateError } from '../model/index.ts';
import { openEngine, whyNoEngine } from '../plumbing/open-engine.ts';
import { ensureImage } from '../plumbing/pull-image.ts';

export interface DetectedRuntime {
  readonly runtime: RuntimeName;
  /** Why it is not what `auto` would rather have had. */
  readonly notice?: string;
}

/** What has to be there before containers can be used. */
export interface NeededImages {
  readonly names: readonly string[];
  /** Goes before the names of images that are pulled. */
  readonly imageMirror: string | null;
}

const pullWithinMs = 600_000;

/**
 * `auto` takes containers where a Docker engine answers and has, or can pull, every image needed; else processes.
 * @throws `SG_ENGINE_FAILED` when containers were asked for and cannot be had
 */
export async function detectRuntime(
  wanted: 'auto' | RuntimeName,
  needed: NeededImages = { names: [], imageMirror: null },
): Promise<DetectedRuntime> {
  if (wanted === 'process') return { runtime: 'process' };
  const obstacle = await whyNoContainers(needed);
  if (obstacle === null) return { runtime: 'docker' };
  if (wanted === 'docker') throw new StagegateError('SG_ENGINE_FAILED', obstacle.text);
  return obstacle.kind === 'no-engine'
    ? { runtime: 'process' }
    : { runtime: 'process', notice: `${obstacle.text}; services run as processes instead of containers` };
}

async function whyNoContainers({
  names,
  imageMirror,
}: NeededImages): Promise<{ readonly kind: 'no-engine' | 'no-image'; readonly text: string } | null> {
  const away = await whyNoEngine();
  if (away !== null) return { kind: 'no-engine', text: `No Docker engine answers: ${away.message}` };
  const docker = await openEngine();
  const signal = AbortSignal.timeout(pullWithinMs);
  for (const image of names) {
    try {
      await ensureImage(docker, image, { imageMirror, signal });
    } catch (error) {
      return { kind: 'no-image', text: `A Docker engine answers, but: ${(error as Error).message}` };
    }
  }
  return null;
}
