import type Docker from 'dockerode';
import { type RuntimeName, StagegateError } from '../model/index.ts';

export interface DetectedRuntime {
  readonly runtime: RuntimeName;
  /** Why it is not what `auto` would rather have had. */
  readonly notice?: string;
}

/** Base image of the services, PostgreSQL, the registry. */
const neededImages = ['node:24-bookworm-slim', 'postgres:15-bookworm', 'registry:2'];
const answerWithinMs = 3_000;

/**
 * `auto` takes containers where a Docker engine answers and has, or can pull, every base image; else processes.
 * @throws `SG_ENGINE_FAILED` when containers were asked for and cannot be had
 */
export async function detectRuntime(
  wanted: 'auto' | RuntimeName,
  onProgress: (text: string) => void = () => {},
): Promise<DetectedRuntime> {
  if (wanted === 'process') return { runtime: 'process' };
  const obstacle = await whyNoContainers(onProgress);
  if (obstacle === null) return { runtime: 'docker' };
  if (wanted === 'docker') throw new StagegateError('SG_ENGINE_FAILED', obstacle.text);
  return obstacle.kind === 'no-engine'
    ? { runtime: 'process' }
    : { runtime: 'process', notice: `${obstacle.text}; services run as processes instead of containers` };
}

async function whyNoContainers(
  onProgress: (text: string) => void,
): Promise<{ readonly kind: 'no-engine' | 'no-image'; readonly text: string } | null> {
  const { default: Engine } = await import('dockerode');
  try {
    await new Engine({ timeout: answerWithinMs }).ping();
  } catch (error) {
    return { kind: 'no-engine', text: `No Docker engine answers: ${(error as Error).message}` };
  }
  const docker = new Engine();
  for (const image of neededImages) {
    const has = await docker
      .getImage(image)
      .inspect()
      .then(
        () => true,
        () => false,
      );
    if (has) continue;
    onProgress(`pulling ${image}`);
    try {
      await pull(docker, image);
    } catch (error) {
      const text = `A Docker engine answers, but ${image} is not there and could not be pulled (${(error as Error).message.trim()})`;
      return { kind: 'no-image', text };
    }
  }
  return null;
}

async function pull(docker: Docker, image: string): Promise<void> {
  const stream = await docker.pull(image);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
  });
}
