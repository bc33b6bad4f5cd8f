import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PersistentVolume } from '../containerizer/container.ts';
import { pathInside } from '../containerizer/sandbox-path.ts';
import type { CommandUri, Resource } from '../v1.ts';
import { Fetcher } from './fetcher/fetcher.ts';
import { type VolumeResource, volumesAmong } from './volume-resources.ts';

/** Where one container works: `…/executors/<executor id>/runs/<container id>`. */
export interface RunPlace {
  readonly agentId: string;
  readonly frameworkId: string;
  readonly executorId: string;
  readonly containerId: string;
}

/** The agent's folders, laid out as Mesos does, so that tools find their way. */
export class Workspace {
  readonly directory: string;
  readonly #fetcher: Fetcher;
  /** Folders of the persistent volumes that tasks have used, by role and id. */
  readonly #volumes = new Map<string, string>();

  constructor(directory: string) {
    this.directory = directory;
    this.#fetcher = new Fetcher(join(directory, 'fetch'));
  }

  sandboxOf(place: RunPlace): string {
    const { agentId, frameworkId, executorId, containerId } = place;
    const executor = ['slaves', agentId, 'frameworks', frameworkId, 'executors', executorId];
    return join(this.directory, ...executor, 'runs', containerId);
  }

  /** Makes the sandbox of an executor and points `runs/latest` at it. */
  async makeSandbox(sandbox: string): Promise<void> {
    await mkdir(sandbox, { recursive: true });
    await pointAt(join(dirname(sandbox), 'latest'), basename(sandbox));
  }

  /** Makes the sandbox of one task of a group, found as `tasks/<task id>` in the sandbox of its executor. */
  async makeNestedSandbox(executorSandbox: string, taskId: string, containerId: string): Promise<string> {
    const sandbox = join(executorSandbox, 'containers', containerId);
    await Promise.all([
      mkdir(sandbox, { recursive: true }),
      mkdir(join(executorSandbox, 'tasks'), { recursive: true }),
    ]);
    await pointAt(join(executorSandbox, 'tasks', taskId), join('..', 'containers', containerId));
    return sandbox;
  }

  /** @throws Error naming the address that could not be fetched. */
  async fetch(uris: readonly CommandUri[], sandbox: string, signal: AbortSignal): Promise<void> {
    await this.#fetcher.fetch(uris, sandbox, signal);
  }

  /** The persistent volumes among a task's resources, made where they are missing; their content outlives the task. */
  async openVolumes(resources: readonly Resource[]): Promise<readonly PersistentVolume[]> {
    return Promise.all(volumesAmong(resources).map((volume) => this.#openVolume(volume)));
  }

  async #openVolume({ role, id, containerPath, readOnly }: VolumeResource): Promise<PersistentVolume> {
    const roles = join(this.directory, 'volumes', 'roles');
    await mkdir(roles, { recursive: true });
    const path = await pathInside(roles, join(role, id));
    await mkdir(path, { recursive: true });
    this.#volumes.set(join(role, id), path);
    return { path, containerPath, readOnly };
  }

  /** Removes every volume, with its content, that is not among `resources`: all that the agent has. */
  async keepVolumes(resources: readonly Resource[]): Promise<void> {
    const kept = new Set(volumesAmong(resources).map(({ role, id }) => join(role, id)));
    const gone = [...this.#volumes].filter(([key]) => !kept.has(key));
    for (const [key] of gone) this.#volumes.delete(key);
    await Promise.all(gone.map(([, path]) => rm(path, { recursive: true, force: true })));
  }
}

/** Replaces an older link in one step: readers see the old or the new one. */
async function pointAt(link: string, target: string): Promise<void> {
  try {
    await symlink(target, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const unfinished = join(dirname(link), `.${basename(target)}.link`);
    await symlink(target, unfinished);
    await rename(unfinished, link);
  }
}
