import type { ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { encodeRecord, RecordDecoder, RecordError } from '../../../../plumbing/recordio.ts';
import { type Answer, text } from '../../../http/index.ts';
import { badRequest } from '../../http/respond.ts';
import { readMessage, WireError } from '../../wire/read.ts';
import { type AgentCall, agentCall, type LaunchNested } from './agent-call.ts';
import type { Exchange } from './exchange.ts';
import type { Session } from './sessions.ts';

/** LAUNCH_NESTED_CONTAINER_SESSION: the answer carries the process's output, and the process ends with the answer. */
export async function streamSession(
  { view, response }: Exchange,
  call: LaunchNested,
): Promise<Answer | null> {
  const session = await view.sessions.launch(call, 'piped');
  if (session === undefined) {
    return text(404, `Container '${call.container_id.parent?.value ?? ''}' cannot be found`);
  }
  response.writeHead(200, {
    'Content-Type': 'application/recordio',
    'Message-Content-Type': 'application/json',
  });
  response.flushHeaders();
  const { process } = session;
  // How it ended can be asked for as long as its task runs.
  response.once('close', () => process.kill());
  await Promise.all([
    copy(process.stdout, 'STDOUT', response),
    copy(process.stderr, 'STDERR', response),
    process.exited,
  ]);
  response.end();
  return null;
}

/** ATTACH_CONTAINER_INPUT: the request is a stream of records; the first names the session, the others feed it. */
export async function attachInput({ view, incoming }: Exchange): Promise<Answer> {
  const decoder = new RecordDecoder();
  let session: Session | undefined;
  try {
    for await (const chunk of incoming) {
      for (const record of decoder.push(chunk as Uint8Array)) {
        const call = readMessage(agentCall, JSON.parse(record)).attach_container_input;
        if (call?.container_id !== undefined) {
          session = view.sessions.find(call.container_id);
          if (session === undefined)
            return text(404, `Container '${call.container_id.value}' cannot be found`);
        } else if (session === undefined) {
          return badRequest(
            "Expecting 'attach_container_input.container_id' to be present in the first record",
          );
        } else await feed(session, call);
      }
    }
  } catch (error) {
    if (error instanceof RecordError || error instanceof WireError || error instanceof SyntaxError) {
      return badRequest(`Failed to read the stream of calls: ${error.message}`);
    }
    throw error;
  }
  return { status: 200 };
}

/** Waits for a process that reads slower than the person types. */
async function feed(session: Session, call: AgentCall['attach_container_input']): Promise<void> {
  const data = call?.process_io?.data;
  const { stdin } = session.process;
  if (data?.type !== 'STDIN' || stdin === undefined) return;
  const bytes = Buffer.from(data.data ?? '', 'base64');
  if (bytes.length === 0) stdin.end();
  else if (!stdin.destroyed && !stdin.write(bytes))
    await Promise.race([drained(stdin), session.process.exited]);
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}

/** Waits for a reader that is slower than the process. */
async function copy(
  source: Readable | undefined,
  type: 'STDOUT' | 'STDERR',
  response: ServerResponse,
): Promise<void> {
  if (source === undefined) return;
  try {
    for await (const chunk of source) {
      const data = { type, data: (chunk as Buffer).toString('base64') };
      if (response.destroyed) return;
      if (response.write(encodeRecord(JSON.stringify({ type: 'DATA', data })))) continue;
      await drained(response);
    }
  } catch {
    // The process was killed in the middle of a write; its exit says so.
  }
}
