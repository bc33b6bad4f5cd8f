import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentMessage, MasterDoor, MasterEnd, MasterMessage } from '../link.ts';
import type { FrameworkInfo, Resource, TaskInfo, TaskState, TaskStatus } from '../v1.ts';
import { type Agent, type AgentOptions, startAgent } from './index.ts';

type Update = Extract<AgentMessage, { kind: 'status-update' }>;

/** A master for tests of the agent: registers whoever dials, acknowledges what it is told, and remembers it. */
export class StandInMaster implements MasterDoor {
  /** Every message of every agent, oldest first. */
  readonly messages: AgentMessage[] = [];
  /** Off: updates stay unacknowledged until {@link acknowledge} is called. */
  acknowledges = true;
  /** Off: dialling fails. */
  listens = true;
  #end: MasterEnd | undefined;
  #waiting: { readonly fits: (message: AgentMessage) => boolean; readonly tell: () => void }[] = [];

  connect(end: MasterEnd): void {
    if (!this.listens) throw new Error('no master listens');
    this.#end = end;
    end.listen({ onMessage: (message) => this.#onMessage(message), onClose: () => {} });
  }

  send(message: MasterMessage): void {
    this.#end?.send(message);
  }

  hangUp(): void {
    this.#end?.close();
  }

  run(task: TaskInfo, framework: Partial<FrameworkInfo> = {}): void {
    this.send({ kind: 'run-task', framework: { ...frameworkInfo, ...framework }, role: '*', task });
  }

  kill(taskId: string, graceMs?: number): void {
    const policy = graceMs === undefined ? undefined : { grace_period: { nanoseconds: graceMs * 1e6 } };
    this.send({ kind: 'kill', frameworkId: 'F', taskId, policy });
  }

  acknowledge({ status, frameworkId }: Update): void {
    const uuid = status.uuid ?? '';
    this.send({ kind: 'acknowledge', frameworkId, taskId: status.task_id.value, uuid });
  }

  updates(taskId?: string): readonly Update[] {
    return this.messages.filter(
      (message) =>
        message.kind === 'status-update' && (taskId === undefined || message.status.task_id.value === taskId),
    ) as Update[];
  }

  states(taskId: string): readonly TaskState[] {
    return this.updates(taskId).map((update) => update.status.state);
  }

  /** The first status of that kind, past or to come. */
  async status(taskId: string, fits: TaskState | ((status: TaskStatus) => boolean)): Promise<TaskStatus> {
    const test = typeof fits === 'function' ? fits : (status: TaskStatus): boolean => status.state === fits;
    const found = await this.message(
      (message) =>
        message.kind === 'status-update' && message.status.task_id.value === taskId && test(message.status),
    );
    return (found as Update).status;
  }

  /** The first message that fits, past or to come. */
  async message(fits: (message: AgentMessage) => boolean): Promise<AgentMessage> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((tell) => this.#waiting.push({ fits, tell }));
    }
  }

  #onMessage(message: AgentMessage): void {
    this.messages.push(message);
    if (message.kind === 'register')
      this.send({ kind: 'registered', agentId: message.known?.agentId ?? 'M-S0' });
    if (message.kind === 'status-update' && this.acknowledges) this.acknowledge(message);
    const told = this.#waiting.filter((waiter) => waiter.fits(message));
    this.#waiting = this.#waiting.filter((waiter) => !told.includes(waiter));
    for (const waiter of told) waiter.tell();
  }
}

const frameworkInfo: FrameworkInfo = { id: { value: 'F' }, user: 'root', name: 'test' };

/** For waiting on what real processes do, on a machine that may have much else to do. */
export const patience = { timeout: 10_000, interval: 20 } as const;

/** A command task with 0.1 cpus and 32 MiB. */
export function commandTask(id: string, value: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: 'M-S0' },
    resources: [scalar('cpus', 0.1), scalar('mem', 32)],
    command: { value },
    ...more,
  };
}

export function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}

/** An agent of a stand-in master in a folder of its own; disposing it removes both. */
export interface AgentRig extends AsyncDisposable {
  readonly agent: Agent;
  readonly master: StandInMaster;
  readonly workDir: string;
}

export async function startAgentRig(options: Partial<AgentOptions> = {}): Promise<AgentRig> {
  const master = new StandInMaster();
  const workDir = await mkdtemp(join(tmpdir(), 'stagegate-agent-'));
  const agent = await startAgent({
    master,
    resources: 'cpus:4;mem:1024;ports:[31000-32000]',
    runtime: 'process',
    ...options,
    workDir,
  });
  return {
    agent,
    master,
    workDir,
    [Symbol.asyncDispose]: async () => {
      await agent[Symbol.asyncDispose]();
      await rm(workDir, { recursive: true, force: true });
    },
  };
}
