import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../diagnosis/index.ts';
import { StagegateError } from '../model/index.ts';
import { encodeRecord, RecordDecoder } from '../plumbing/recordio.ts';
import { ask, authorizationFor, type ClusterAccess, send } from './access.ts';
import type { AgentDirectory } from './mesos.ts';

export interface ExecOutput {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** A command that runs beside a task, in its container. */
export interface ExecSession {
  /** Ends when the command has. */
  readonly output: AsyncIterable<ExecOutput>;
  /** The command's exit code (128 + the signal's number when it was killed); null when Mesos did not say. */
  readonly exitCode: Promise<number | null>;
  /** An empty write ends the command's standard input. */
  write(data: Uint8Array): Promise<void>;
}

export interface ExecRequest {
  readonly sandbox: Sandbox;
  /** Program and arguments, run without a shell. */
  readonly argv: readonly string[];
  /** Gives the command a terminal, where the agent can: in a container of Docker. */
  readonly terminal?: boolean;
  /** Aborting it kills the command. */
  readonly signal: AbortSignal;
}

/**
 * Starts a command in the container of a running task.
 * @throws `SG_CLUSTER_FAILED`, also when the task does not run any more
 */
export async function exec(
  access: ClusterAccess,
  agents: AgentDirectory,
  request: ExecRequest,
): Promise<ExecSession> {
  const { sandbox, argv, terminal = false, signal } = request;
  const agent = await agents.urlOf(sandbox.agentId);
  const api = new URL('/api/v1', agent);
  const containers = await ask<readonly { container_id: string; executor_id: string }[]>(
    access,
    new URL('/containers', agent),
  );
  const parent = containers.find(({ executor_id }) => executor_id === sandbox.executorId)?.container_id;
  if (parent === undefined) {
    throw new StagegateError(
      'SG_CLUSTER_FAILED',
      `${sandbox.executorId} does not run on its agent any more.`,
    );
  }
  const containerId = { value: randomUUID(), parent: { value: parent } };
  const answer = await send(access, api, {
    method: 'POST',
    headers: { accept: 'application/recordio', 'message-accept': 'application/json' },
    body: {
      type: 'LAUNCH_NESTED_CONTAINER_SESSION',
      launch_nested_container_session: {
        container_id: containerId,
        command: { shell: false, value: argv[0], arguments: argv },
        ...(terminal ? { container: { type: 'MESOS', tty_info: {} } } : {}),
      },
    },
    signal,
  });
  if (!answer.ok || answer.body === null) {
    throw new StagegateError(
      'SG_CLUSTER_FAILED',
      `The agent did not start the command: ${answer.status} ${await answer.text()}`,
    );
  }
  return {
    output: outputOf(answer.body, signal),
    exitCode: waitFor(access, api, containerId, signal),
    write: (data) => feed(access, api, containerId, data),
  };
}

async function* outputOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<ExecOutput> {
  const decoder = new RecordDecoder();
  try {
    for await (const chunk of body) {
      for (const record of decoder.push(chunk)) {
        const { type, data } = JSON.parse(record) as { type: string; data?: { type: string; data?: string } };
        if (type !== 'DATA' || data === undefined) continue;
        const stream = data.type === 'STDERR' ? 'stderr' : 'stdout';
        yield { stream, data: Buffer.from(data.data ?? '', 'base64') };
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function waitFor(
  access: ClusterAccess,
  api: URL,
  container_id: object,
  signal: AbortSignal,
): Promise<number | null> {
  const body = { type: 'WAIT_NESTED_CONTAINER', wait_nested_container: { container_id } };
  try {
    const answer = await ask<{ wait_nested_container?: { exit_status?: number } }>(access, api, {
      method: 'POST',
      body,
      signal,
    });
    const status = answer.wait_nested_container?.exit_status;
    if (status === undefined) return null;
    // As wait(2) gives it: the low seven bits are the signal.
    return (status & 0x7f) === 0 ? status >> 8 : 128 + (status & 0x7f);
  } catch {
    return null;
  }
}

async function feed(access: ClusterAccess, api: URL, container_id: object, data: Uint8Array): Promise<void> {
  const calls = [
    { type: 'CONTAINER_ID', container_id },
    {
      type: 'PROCESS_IO',
      process_io: { type: 'DATA', data: { type: 'STDIN', data: Buffer.from(data).toString('base64') } },
    },
  ];
  const records = calls.map((attach_container_input) =>
    encodeRecord(JSON.stringify({ type: 'ATTACH_CONTAINER_INPUT', attach_container_input })),
  );
  await fetch(api, {
    method: 'POST',
    headers: {
      'content-type': 'application/recordio',
      'message-content-type': 'application/json',
      ...authorizationFor(access, api),
    },
    body: Buffer.concat(records),
  });
}
