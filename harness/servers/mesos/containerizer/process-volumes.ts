import { symlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Volume } from '../v1.ts';
import { type ContainerRequest, LaunchError } from './container.ts';
import { pathInside } from './sandbox-path.ts';

/**
 * Gives a process what its container info asks for, where that can be done without namespaces of its own: a writable
 * host path, or a persistent volume, becomes a link in the sandbox.
 * @throws LaunchError naming what cannot be done; nothing is left out silently
 */
export async function provideContainer({
  container: info,
  sandbox,
  volumes,
}: Pick<ContainerRequest, 'container' | 'sandbox' | 'volumes'>): Promise<void> {
  const network = info?.network_infos?.find(({ name }) => name !== undefined);
  if (network !== undefined) {
    throw new LaunchError(
      `Unknown network '${network.name}': this agent runs processes in the network of its machine; use host networking, or the docker runtime`,
    );
  }
  const { seccomp, ipc_mode: ipcMode } = info?.linux_info ?? {};
  if (hasProfile(seccomp) || ipcMode === 'PRIVATE') {
    throw new LaunchError('Seccomp profiles and private IPC need namespaces, which this agent does not make');
  }
  for (const volume of info?.volumes ?? []) await provideVolume(volume, sandbox);
  for (const { path, containerPath, readOnly } of volumes) {
    const mode = readOnly ? 'RO' : 'RW';
    await provideVolume({ mode, container_path: containerPath, host_path: path }, sandbox);
  }
}

function hasProfile(seccomp: unknown): boolean {
  return typeof seccomp === 'object' && seccomp !== null && 'profile_name' in seccomp;
}

async function provideVolume(
  { mode, container_path: path, host_path: source }: Volume,
  sandbox: string,
): Promise<void> {
  if (source === undefined)
    throw new LaunchError(`Volume '${path}' has a source that this agent cannot mount`);
  const content = isAbsolute(source) ? source : join(sandbox, source);
  // The process sees the machine's files as they are.
  if (isAbsolute(path) && path === content) return;
  if (isAbsolute(path)) {
    throw new LaunchError(
      `Volume '${path}' cannot be mounted over the machine's own files: use a relative container path, or the docker runtime`,
    );
  }
  if (mode !== 'RW') {
    throw new LaunchError(
      `Volume '${path}' cannot be made read-only for a process: use mode RW, or the docker runtime`,
    );
  }
  try {
    await symlink(content, await pathInside(sandbox, path));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new LaunchError(`Volume '${path}' could not be linked: ${message}`, { cause: error });
  }
}
