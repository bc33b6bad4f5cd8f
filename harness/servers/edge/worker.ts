/** The edge's thread; started by `edge.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { EdgeCore } from './edge-core.ts';
import type { Call, Told } from './messages.ts';
import type { RequestRecord } from './records.ts';
import type { EdgeSettings } from './settings.ts';

/** Records are sent in batches, this many milliseconds after the first of a batch. */
const batchMs = 20;

const port = parentPort;
if (port === null) throw new Error('This is a thread of the edge, not a program');
const tell = (message: Told): void => port.postMessage(message);
const onDefect = (error: unknown): void =>
  tell({ kind: 'defect', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });

// What no connection could be blamed for must not end the thread either: all apps' requests go through it.
process.on('uncaughtException', onDefect);
process.on('unhandledRejection', onDefect);

try {
  const core = await EdgeCore.start(workerData as EdgeSettings, {
    defect: onDefect,
    undeclared: (call) => tell({ kind: 'undeclared', call }),
  });
  port.on('message', (call: Call) => void serve(core, call));
  tell({ kind: 'ready', url: core.url.href });
} catch (error) {
  tell({ kind: 'not-started', message: messageOf(error) });
  port.close();
}

async function serve(core: EdgeCore, call: Call): Promise<void> {
  const { id } = call;
  try {
    tell({ kind: 'answer', id, value: await answer(core, call) });
  } catch (error) {
    tell({ kind: 'refusal', id, message: messageOf(error) });
  }
  if (call.name === 'close') port?.close();
}

function answer(core: EdgeCore, call: Call): unknown {
  switch (call.name) {
    case 'reserve':
      return core.reserve(...call.args);
    case 'requests':
      return core.log.read(...call.args);
    case 'setFault':
      return core.setFault(...call.args);
    case 'watch':
      core.log.onRecord = call.args[0] ? sendInBatches() : null;
      return undefined;
    case 'close':
      return core[Symbol.asyncDispose]();
  }
}

function sendInBatches(): (record: RequestRecord) => void {
  let batch: RequestRecord[] = [];
  return (record) => {
    if (batch.push(record) > 1) return;
    setTimeout(() => {
      tell({ kind: 'records', records: batch });
      batch = [];
    }, batchMs);
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
