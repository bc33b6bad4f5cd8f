/**
 * How the Marathon framework carries deployments, on the embedded Mesos over HTTP: `node harness/bench/marathon-scale.ts [agents] [groups]`.
 * First on real processes (a post until it runs, beside the bare spawn), then on simulated agents. One JSON line a row.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { startMarathon } from '../servers/marathon/index.ts';
import { startMesos } from '../servers/mesos/index.ts';

const [agentCount = 1000, groupCount = 100] = process.argv.slice(2).map(Number);
const askAgainMs = 2;
const small = { cmd: 'sleep 1000', cpus: 0.01, mem: 16 };

/**
 * What was published of the original for a row, for scale and not as a race: real containers on other machines.
 * Source: OpenStack performance docs, "Results of measuring performance of Mesos Marathon", test create, concurrency 1
 * (Marathon 0.15.2, Mesos 0.27.0, 189 agents). Nothing was found for updates, groups or the event stream.
 */
const hundred = '100 instances of one app';
const published: Readonly<Record<string, string>> = { [hundred]: 'Marathon 0.15.2 on 189 agents: 6.09 s' };

await onProcesses();
await onSimulatedAgents();

/** POST of a one-instance command app until its deployment has ended, less what spawning its process takes by hand. */
async function onProcesses(): Promise<void> {
  await using system = await start('process', 3);
  const beyond: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const bareMs = await bareSpawn();
    const startedMs = performance.now();
    await system.change('POST', '/v2/apps', { id: `/one-${turn}`, ...small });
    beyond.push(performance.now() - startedMs - bareMs);
  }
  beyond.sort((a, b) => a - b);
  tell({ what: 'POST to running, beyond a bare spawn', p50Ms: beyond[10], p95Ms: beyond[18] });
}

async function onSimulatedAgents(): Promise<void> {
  await using system = await start('simulated', agentCount);
  const timed = async (what: string, method: string, path: string, body?: unknown): Promise<void> => {
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    await system.change(method, path, body);
    const { user, system: kernel } = process.cpuUsage(cpu);
    const rssMiB = process.memoryUsage().rss / 2 ** 20;
    tell({
      what,
      published: published[what],
      wallMs: performance.now() - startedMs,
      cpuMs: (user + kernel) / 1000,
      rssMiB,
    });
  };
  for (const groups of [groupCount / 10, groupCount]) {
    const apps = groups * 10;
    const tree = { groups: Array.from({ length: groups }, (_, index) => group(`g${groups}-${index}`)) };
    await timed(
      `PUT of ${apps} apps in ${groups} groups, ${apps * 10} instances running`,
      'PUT',
      '/v2/groups',
      tree,
    );
  }
  await timed(hundred, 'POST', '/v2/apps', { id: '/hundred', ...small, instances: 100 });
  const listeners = await Promise.all(Array.from({ length: 100 }, () => listen(system.url)));
  await timed('100 more with 100 listeners of the event stream', 'PUT', '/v2/apps/hundred', {
    instances: 200,
  });
  const ended = performance.now();
  const counts = await Promise.all(listeners.map((listener) => listener.untilSuccess));
  const lastMs = performance.now() - ended;
  tell({
    what: 'events until the last listener had all',
    events: counts.reduce((sum, n) => sum + n, 0),
    lastMs,
  });
  await timed('back to 100 instances', 'PUT', '/v2/apps/hundred', { instances: 100 });
  await timed('rolling update of 100 instances', 'PUT', '/v2/apps/hundred', { cmd: 'sleep 2000' });
}

/** Ten apps in a chain of dependencies, ten instances each. */
function group(id: string): unknown {
  const apps = Array.from({ length: 10 }, (_, index) => ({
    id: `a${index}`,
    ...small,
    instances: 10,
    ...(index > 0 && { dependencies: [`a${index - 1}`] }),
  }));
  return { id, apps };
}

/** A reader of the event stream that counts what it gets up to the next deployment's success. */
async function listen(marathon: URL): Promise<{ readonly untilSuccess: Promise<number> }> {
  const stream = await fetch(new URL('/v2/events', marathon), { headers: { accept: 'text/event-stream' } });
  return { untilSuccess: count(stream.body ?? new ReadableStream<Uint8Array>()) };
}

async function count(body: ReadableStream<Uint8Array>): Promise<number> {
  let events = 0;
  let ended = false;
  const parser = createParser({
    onEvent: ({ event }) => {
      events += 1;
      ended ||= event === 'deployment_success';
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (ended) break;
  }
  return events;
}

interface System extends AsyncDisposable {
  readonly url: URL;
  /** Sends the change and resolves when no deployment goes on any more. @throws when it is refused */
  change(method: string, path: string, body?: unknown): Promise<void>;
}

async function start(runtime: 'process' | 'simulated', agents: number): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), 'marathon-scale-'));
  const resources = 'cpus:8;mem:8192;disk:10240;ports:[31000-32000]';
  const specs = Array.from({ length: agents }, (_, index) => ({ hostname: `host-${index}`, resources }));
  const mesos = await startMesos({ agents: specs, runtime, workDir: join(folder, 'mesos') });
  const marathon = await startMarathon({ mesosUrl: mesos.url, stateDir: join(folder, 'marathon') });
  const call = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(new URL(path, marathon.url), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    url: marathon.url,
    async change(method, path, body) {
      const answer = await call(method, path, body);
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
      while (((await (await call('GET', '/v2/deployments')).json()) as unknown[]).length > 0)
        await pause(askAgainMs);
    },
    async [Symbol.asyncDispose]() {
      await marathon[Symbol.asyncDispose]();
      await mesos[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function bareSpawn(): Promise<number> {
  const startedMs = performance.now();
  const child = spawn('/bin/sh', ['-c', small.cmd], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  const spentMs = performance.now() - startedMs;
  child.kill('SIGKILL');
  return spentMs;
}

function tell(row: Record<string, number | string | undefined>): void {
  const rounded = Object.entries(row).map(([key, value]) => [
    key,
    typeof value === 'number' ? Math.round(value * 10) / 10 : value,
  ]);
  console.log(JSON.stringify(Object.fromEntries(rounded)));
}
