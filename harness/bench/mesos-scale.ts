/**
 * How the embedded Mesos carries many agents and tasks: `node harness/bench/mesos-scale.ts [agents] [tasks…]`.
 * Two greedy frameworks in two roles launch the tasks; every update is acknowledged. Everything runs on one thread.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mesos, startMesos } from '../servers/mesos/index.ts';
import type { Offer, SchedulerEvent, TaskInfo } from '../servers/mesos/v1.ts';

const [agentCount = 1000, ...taskCounts] = process.argv.slice(2).map(Number);

for (const tasks of taskCounts.length > 0 ? taskCounts : [1000, 10_000, 50_000]) {
  console.log(JSON.stringify(await measure(agentCount, tasks)));
}

async function measure(agents: number, tasks: number): Promise<Record<string, number>> {
  globalThis.gc?.();
  const started = performance.now();
  const cpusPerAgent = Math.ceil((tasks / agents) * 0.1 * 1.2) + 1;
  await using mesos = await startMesos({
    agents: Array.from({ length: agents }, () => ({
      resources: `cpus:${cpusPerAgent};mem:${cpusPerAgent * 1024};disk:10240;ports:[31000-32000]`,
    })),
    runtime: 'simulated',
    workDir: await mkdtemp(join(tmpdir(), 'mesos-scale-')),
  });
  const readyMs = performance.now() - started;
  const launching = performance.now();
  const cpuBefore = process.cpuUsage();
  const half = Math.ceil(tasks / 2);
  await Promise.all([greedy(mesos, 'dev', half), greedy(mesos, 'prod', tasks - half)]);
  const launchMs = performance.now() - launching;
  const cpu = process.cpuUsage(cpuBefore);
  await reallocate(mesos, 50);
  const timings = [
    ...(mesos.master.core.context.metrics.timings.get('allocator/mesos/allocation_run_ms') ?? []),
  ];
  timings.sort((a, b) => a - b);
  const stateStarted = performance.now();
  const state = await (await fetch(new URL('/state', mesos.url))).text();
  return {
    agents,
    tasks,
    readyMs: Math.round(readyMs),
    launchMs: Math.round(launchMs),
    // What it took of the processor, which a busy machine does not inflate; helper threads included.
    launchCpuMs: Math.round((cpu.user + cpu.system) / 1000),
    usPerTask: Math.round((launchMs * 1000) / tasks),
    allocations: timings.length,
    allocationP99Ms: Math.round((timings[Math.floor(timings.length * 0.99)] ?? 0) * 10) / 10,
    stateMs: Math.round(performance.now() - stateStarted),
    stateMiB: Math.round(state.length / 2 ** 20),
    heapMiB: heapMiB(),
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

/** What is alive; exact under `--expose-gc`. */
function heapMiB(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

/** Has everything that is left offered and declined again, to time allocation cycles that visit every agent. */
async function reallocate({ master }: Mesos, cycles: number): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const scheduler = master.core.subscribeLocally(
      { framework_info: { user: 'nobody', name: 'idle', role: 'idle' } },
      (event) => {
        if (event.type === 'OFFERS') resolve();
      },
    );
    await promise;
    scheduler.disconnect();
  }
}

/** Launches as many tasks as every offer holds, until all of its tasks run. */
function greedy({ master }: Mesos, role: string, wanted: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let launched = 0;
  let running = 0;
  const onEvent = (event: SchedulerEvent): void => {
    if (event.type === 'OFFERS') for (const offer of event.offers.offers) accept(offer);
    if (event.type !== 'UPDATE') return;
    const { status } = event.update;
    const { task_id, agent_id = { value: '' }, uuid = '' } = status;
    call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
    if (status.state === 'TASK_RUNNING' && ++running === wanted) resolve();
  };
  const accept = (offer: Offer): void => {
    const cpus = offer.resources.find(({ name }) => name === 'cpus')?.scalar?.value ?? 0;
    const fitting = Math.min(wanted - launched, Math.floor(cpus / 0.1 + 1e-9));
    const task_infos = Array.from(
      { length: fitting },
      (): TaskInfo => newTask(offer, `${role}-${launched++}`),
    );
    call({
      type: 'ACCEPT',
      accept: {
        offer_ids: [offer.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos } }],
        filters: { refuse_seconds: launched === wanted ? 3600 : 0 },
      },
    });
  };
  const scheduler = master.core.subscribeLocally(
    { framework_info: { user: 'nobody', name: role, role } },
    (event) => {
      if (event.type === 'SUBSCRIBED') frameworkId = event.subscribed.framework_id;
      onEvent(event);
    },
  );
  let frameworkId = { value: '' };
  const call = (body: Parameters<typeof scheduler.call>[0]): void => {
    scheduler.call({ framework_id: frameworkId, ...body });
  };
  return promise;
}

function newTask(offer: Offer, id: string): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    command: { value: 'sleep 1000' },
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
    ],
  };
}
