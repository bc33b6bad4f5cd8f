import { mkdir, rename, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CommandUri, Resource } from '../v1.ts';
import { Fetcher } from './fetcher/fetcher.ts';
import { pathInside } from './fetcher/inside.ts';

/** The part of a disk resource that makes it a volume. */
interface DiskInfo {
  readonly persistence?: { readonly id: string };
  readonly volume?: { readonly container_path: string };
}

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

  /** Shows the persistent volumes among a task's resources in its sandbox; their content outlives the task. */
  async linkVolumes(resources: readonly Resource[], sandbox: string): Promise<void> {
    for (const resource of resources) {
      const { persistence, volume } = (resource.disk ?? {}) as DiskInfo;
      if (persistence === undefined || volume === undefined) continue;
      const role = resource.reservations?.at(-1)?.role ?? resource.role ?? '*';
      const roles = join(this.directory, 'volumes', 'roles');
      await mkdir(roles, { recursive: true });
      const content = await pathInside(roles, join(role, persistence.id, '.'));
      await mkdir(content, { recursive: true });
      await symlink(content, await pathInside(sandbox, volume.container_path));
    }
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
