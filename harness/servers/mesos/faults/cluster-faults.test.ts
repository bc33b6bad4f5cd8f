import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandTask, patience } from '../agent/stand-in-master.ts';
import { type Mesos, startMesos } from '../index.ts';
import type { LocalScheduler } from '../master/index.ts';
import type { FrameworkInfo, SchedulerEvent, TaskState, TaskStatus } from '../v1.ts';

/** A framework in this process that launches one task on the first offer and remembers what it is told. */
class OneTask {
  readonly events: SchedulerEvent[] = [];
  readonly #info: FrameworkInfo;
  #scheduler: LocalScheduler | undefined;
  #launched = false;
  frameworkId = '';

  constructor(info: Partial<FrameworkInfo>) {
    this.#info = { user: 'root', name: 'one', failover_timeout: 600, ...info };
  }

  subscribe({ master }: Mesos): void {
    const id = this.frameworkId === '' ? {} : { id: { value: this.frameworkId } };
    this.#scheduler = master.core.subscribeLocally({ framework_info: { ...this.#info, ...id } }, (event) =>
      this.#onEvent(event),
    );
  }

  get statuses(): readonly TaskStatus[] {
    return this.events.flatMap((event) => (event.type === 'UPDATE' ? [event.update.status] : []));
  }

  get states(): readonly TaskState[] {
    return this.statuses.map(({ state }) => state);
  }

  get agentId(): string {
    return this.statuses[0]?.agent_id?.value ?? '';
  }

  #call(body: Record<string, unknown>): void {
    this.#scheduler?.call({ framework_id: { value: this.frameworkId }, ...body } as never);
  }

  #onEvent(event: SchedulerEvent): void {
    this.events.push(event);
    if (event.type === 'SUBSCRIBED') this.frameworkId = event.subscribed.framework_id.value;
    if (event.type === 'OFFERS') {
      const [offer] = event.offers.offers;
      if (offer === undefined || this.#launched) return;
      this.#launched = true;
      const task = { ...commandTask('t', 'sleep 600'), agent_id: offer.agent_id };
      const launch = { type: 'LAUNCH', launch: { task_infos: [task] } };
      this.#call({ type: 'ACCEPT', accept: { offer_ids: [offer.id], operations: [launch] } });
    }
    if (event.type === 'UPDATE' && event.update.status.uuid !== undefined) {
      const { agent_id, task_id, uuid } = event.update.status;
      this.#call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
    }
  }
}

describe('a cluster', () => {
  let workDir: string;
  let mesos: Mesos;
  beforeEach(async () => {
    workDir = await mkdtemp(join(tmpdir(), 'stagegate-faults-'));
    mesos = await startMesos({
      agents: [{ resources: 'cpus:2;mem:512' }],
      runtime: 'process',
      workDir,
      masterFlags: { agentPingTimeoutMs: 50, maxAgentPingTimeouts: 2 },
    });
  });
  afterEach(async () => {
    await mesos[Symbol.asyncDispose]();
    await rm(workDir, { recursive: true, force: true });
  });

  const launched = async (info: Partial<FrameworkInfo>): Promise<OneTask> => {
    const framework = new OneTask(info);
    framework.subscribe(mesos);
    await expect.poll(() => framework.states.at(-1), patience).toBe('TASK_RUNNING');
    return framework;
  };
  const aware = { capabilities: [{ type: 'PARTITION_AWARE' }] };

  it('whose agent is cut off calls its task unreachable, and running again once the cut is healed', async () => {
    const framework = await launched(aware);
    mesos.faults.partitionAgent(framework.agentId);
    await expect.poll(() => framework.states.at(-1), patience).toBe('TASK_UNREACHABLE');
    mesos.faults.healAgent(framework.agentId);
    await expect
      .poll(() => framework.statuses.at(-1), patience)
      .toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_AGENT_REREGISTERED' });
  });

  it('kills what ran on a cut off agent for a framework that was told the task is lost', async () => {
    const framework = await launched({});
    const pid = framework.statuses.at(-1)?.container_status?.executor_pid ?? 0;
    mesos.faults.partitionAgent(framework.agentId);
    await expect.poll(() => framework.states.at(-1), patience).toBe('TASK_LOST');
    mesos.faults.healAgent(framework.agentId);
    await expect.poll(() => isAlive(pid), patience).toBe(false);
  });

  it('that loses the machine of an agent calls its task unreachable, and gets the machine back empty', async () => {
    const framework = await launched(aware);
    const { agentId } = framework;
    await mesos.faults.loseAgent(agentId);
    await expect.poll(() => framework.states.at(-1), patience).toBe('TASK_UNREACHABLE');
    mesos.faults.bringBackAgent(agentId);
    await expect
      .poll(() => framework.events.filter((event) => event.type === 'OFFERS').at(-1), patience)
      .toMatchObject({ offers: { offers: [{ agent_id: { value: agentId } }] } });
  });

  it('whose master fails over goes on with the same ids, and its tasks have noticed nothing', async () => {
    const framework = await launched({ ...aware, checkpoint: true });
    const { agentId, frameworkId } = framework;
    mesos.faults.crashMaster();
    await expect(fetch(new URL('/state', mesos.url))).rejects.toThrow();
    mesos.faults.electMaster();
    framework.subscribe(mesos);
    const state = async (): Promise<unknown> => {
      const body = (await (await fetch(new URL('/state', mesos.url))).json()) as {
        slaves: { id: string }[];
        frameworks: { id: string; tasks: { id: string; state: string }[] }[];
      };
      return {
        agents: body.slaves.map(({ id }) => id),
        tasks: body.frameworks.flatMap(({ id, tasks }) => tasks.map((task) => [id, task.id, task.state])),
      };
    };
    await expect
      .poll(state, patience)
      .toEqual({ agents: [agentId], tasks: [[frameworkId, 't', 'TASK_RUNNING']] });
    expect(framework.states).not.toContain('TASK_LOST');
  });

  it('names its agents to who asks for one it does not have', () => {
    expect(() => mesos.faults.partitionAgent('nobody')).toThrow(/nobody; there are .*-S0/);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
