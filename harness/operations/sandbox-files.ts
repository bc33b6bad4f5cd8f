import { type Sandbox, sandboxPath } from '../diagnosis/index.ts';
import { ask, type ClusterAccess } from './access.ts';
import type { AgentDirectory } from './mesos.ts';

export interface FilePart {
  readonly data: Buffer;
  /** Of the whole file, in bytes. */
  readonly size: number;
}

/** Reads files in tasks' sandboxes through their agents' operator API, by bytes. */
export class SandboxFiles {
  readonly #access: ClusterAccess;
  readonly #agents: AgentDirectory;

  constructor(access: ClusterAccess, agents: AgentDirectory) {
    this.#access = access;
    this.#agents = agents;
  }

  /** An agent gives at most 64 KiB at once. @throws `SG_CLUSTER_FAILED`, also when there is no such file */
  async read(sandbox: Sandbox, file: string, offset: number, signal?: AbortSignal): Promise<FilePart> {
    const url = new URL('/api/v1', await this.#agents.urlOf(sandbox.agentId));
    const path = sandboxPath(sandbox, file);
    const body = { type: 'READ_FILE', read_file: { path, offset, length: longestPart } };
    const { read_file } = await ask<{ read_file: { data?: string; size?: number | string } }>(
      this.#access,
      url,
      { method: 'POST', body, signal },
    );
    return { data: Buffer.from(read_file.data ?? '', 'base64'), size: Number(read_file.size ?? 0) };
  }
}

/** Sixteen pages, which is as much as Mesos gives at once. */
export const longestPart = 16 * 4096;
