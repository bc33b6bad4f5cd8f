/**
 * How long a command task takes from ACCEPT to TASK_RUNNING over HTTP, beside spawning the same process by hand:
 * `node harness/bench/mesos-launch.ts [tasks]`. One task at a time, on three agents of the `process` runtime.
 */
import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordDecoder } from '../plumbing/recordio.ts';
import { type Mesos, startMesos } from '../servers/mesos/index.ts';
import type { Offer, SchedulerEvent, TaskState } from '../servers/mesos/v1.ts';

const count = Number(process.argv[2] ?? 50);
const bare: number[] = [];
const starting: number[] = [];
const running: number[] = [];
const readyFrom = performance.now();
await using mesos = await startMesos({
  agents: Array.from({ length: 3 }, () => ({ resources: 'cpus:64;mem:65536;ports:[31000-32000]' })),
  runtime: 'process',
  workDir: await mkdtemp(join(tmpdir(), 'mesos-launch-')),
  allocationIntervalMs: 50,
});
const readyMs = performance.now() - readyFrom;
const framework = await subscribe(mesos);
for (let index = 0; index < count; index++) {
  bare.push(await spawnByHand());
  const times = await framework.launch(`task-${index}`);
  starting.push(times.TASK_STARTING);
  running.push(times.TASK_RUNNING);
}
framework.stop();
const summary = {
  tasks: count,
  readyMs: round(readyMs),
  bareSpawnMs: percentiles(bare),
  startingMs: percentiles(starting),
  runningMs: percentiles(running),
  beyondBareP50Ms: round(percentile(running, 0.5) - percentile(bare, 0.5)),
};
console.log(JSON.stringify(summary));

/** From the call until the process runs; its end is waited for outside of the measure. */
async function spawnByHand(): Promise<number> {
  const start = performance.now();
  const child = spawn('/bin/sh', ['-c', 'true'], { detached: true, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.once('spawn', resolve));
  const spentMs = performance.now() - start;
  await ended;
  return spentMs;
}

interface Framework {
  /** Launches `true` on the next offer; resolves with the time to each state once the task has finished. */
  launch(taskId: string): Promise<Record<TaskState, number>>;
  stop(): void;
}

async function subscribe({ url }: Mesos): Promise<Framework> {
  const agent = new Agent({ keepAlive: true });
  const post = (body: unknown, streamId?: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = {
        'Content-Type': 'application/json',
        ...(streamId && { 'Mesos-Stream-Id': streamId }),
      };
      const call = request(new URL('/api/v1/scheduler', url), { method: 'POST', agent, headers }, resolve);
      call.once('error', reject);
      call.end(JSON.stringify(body));
    });
  const info = { user: 'root', name: 'launch-bench' };
  const stream = await post({ type: 'SUBSCRIBE', subscribe: { framework_info: info } });
  const streamId = String(stream.headers['mesos-stream-id']);
  const offers: Offer[] = [];
  const listeners = new Set<(event: SchedulerEvent) => void>();
  const call = async (body: Record<string, unknown>): Promise<void> => {
    const framework_id = { value: frameworkId };
    (await post({ framework_id, ...body }, streamId)).resume();
  };
  let frameworkId = '';
  const decoder = new RecordDecoder();
  stream.on('data', (chunk: Buffer) => {
    for (const text of decoder.push(chunk)) {
      const event = JSON.parse(text) as SchedulerEvent;
      if (event.type === 'SUBSCRIBED') frameworkId = event.subscribed.framework_id.value;
      if (event.type === 'OFFERS') offers.push(...event.offers.offers);
      for (const listener of listeners) listener(event);
    }
  });
  const when = <T>(pick: (event: SchedulerEvent) => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const listener = (event: SchedulerEvent): void => {
        const picked = pick(event);
        if (picked === undefined) return;
        listeners.delete(listener);
        resolve(picked);
      };
      listeners.add(listener);
    });
  return {
    stop: () => stream.destroy(),
    launch: async (taskId) => {
      if (offers.length === 0) await when((event) => (event.type === 'OFFERS' ? true : undefined));
      const offer = offers.shift();
      const times = {} as Record<TaskState, number>;
      const start = performance.now();
      const finished = when((event) => {
        if (event.type !== 'UPDATE' || event.update.status.task_id.value !== taskId) return undefined;
        const { state, agent_id, task_id, uuid } = event.update.status;
        times[state] ??= performance.now() - start;
        void call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
        return state === 'TASK_FINISHED' ? times : undefined;
      });
      const resources = [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
        { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
      ];
      const task = {
        name: taskId,
        task_id: { value: taskId },
        agent_id: offer?.agent_id,
        resources,
        command: { value: 'true' },
      };
      await call({
        type: 'ACCEPT',
        accept: {
          offer_ids: [offer?.id],
          operations: [{ type: 'LAUNCH', launch: { task_infos: [task] } }],
          filters: { refuse_seconds: 0 },
        },
      });
      return finished;
    },
  };
}

function percentiles(values: readonly number[]): { readonly p50: number; readonly p95: number } {
  return { p50: round(percentile(values, 0.5)), p95: round(percentile(values, 0.95)) };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
