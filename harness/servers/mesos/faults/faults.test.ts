import { describe, expect, it } from 'vitest';
import { commandTask, patience, startAgentRig } from '../agent/stand-in-master.ts';
import type { AgentMessage } from '../link.ts';

const registrations = (messages: readonly AgentMessage[]) =>
  messages.flatMap((message) => (message.kind === 'register' ? [message] : []));

describe('an agent', () => {
  it('that lost its master registers again under its id, with its tasks, and repeats what was not acknowledged', async () => {
    await using rig = await startAgentRig();
    const { master } = rig;
    master.acknowledges = false;
    master.run(commandTask('t', 'sleep 600'));
    const first = await master.status('t', 'TASK_STARTING');
    master.hangUp();
    await master.message((message) => message.kind === 'register' && message.known !== undefined);
    expect(registrations(master.messages)[1]?.known).toMatchObject({
      agentId: 'M-S0',
      tasks: [{ task: { task_id: { value: 't' } }, latest: { task_id: { value: 't' } } }],
    });
    await master.message(() => master.updates('t').length >= 2);
    expect(master.updates('t').map(({ status }) => status.uuid)).toEqual([first.uuid, first.uuid]);
  });

  it('waits for a master that is not there yet', async () => {
    await using rig = await startAgentRig();
    rig.master.listens = false;
    rig.master.hangUp();
    await expect.poll(() => registrations(rig.master.messages).length, patience).toBe(1);
    rig.master.listens = true;
    await expect.poll(() => registrations(rig.master.messages).length, patience).toBe(2);
  });

  it('that is cut off runs on, and delivers what happened when it is back', async () => {
    await using rig = await startAgentRig();
    const { agent, master } = rig;
    master.run(commandTask('t', 'sleep 1'));
    await master.status('t', 'TASK_RUNNING');
    agent.setNetwork({ kind: 'cut' });
    master.hangUp();
    await expect.poll(() => agentTask(agent.url), patience).toBe('TASK_FINISHED');
    expect(master.states('t')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
    agent.setNetwork({ kind: 'sound' });
    await master.status('t', 'TASK_FINISHED');
    expect(registrations(master.messages).at(-1)?.known?.agentId).toBe('M-S0');
  });

  it('whose machine is lost has no tasks any more when it is back', async () => {
    await using rig = await startAgentRig();
    const { agent, master } = rig;
    master.run(commandTask('t', 'sleep 600'));
    const { container_status } = await master.status('t', 'TASK_RUNNING');
    await agent.lose();
    expect(() => process.kill(container_status?.executor_pid ?? 0, 0)).toThrow('ESRCH');
    expect(master.states('t')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
    await expect(fetch(new URL('/health', agent.url))).rejects.toThrow();
    agent.bringBack();
    await expect.poll(() => registrations(master.messages).length, patience).toBe(2);
    expect(registrations(master.messages)[1]?.known).toEqual({ agentId: 'M-S0', tasks: [] });
  });

  it('that is restarted keeps the tasks of frameworks with checkpoints, and those only', async () => {
    await using rig = await startAgentRig();
    const { agent, master } = rig;
    master.run(commandTask('kept', 'sleep 600'), { checkpoint: true });
    master.run(commandTask('lost', 'sleep 600'), { id: { value: 'G' } });
    await master.status('kept', 'TASK_RUNNING');
    await master.status('lost', 'TASK_RUNNING');
    await agent.restart();
    await expect.poll(() => registrations(master.messages).length, patience).toBe(2);
    const tasks = registrations(master.messages)[1]?.known?.tasks;
    expect(tasks?.map(({ task }) => task.task_id.value)).toEqual(['kept']);
    master.kill('kept', 0);
    await master.status('kept', 'TASK_KILLED');
  });

  it('that is slow still delivers, late', async () => {
    await using rig = await startAgentRig();
    rig.agent.setNetwork({ kind: 'slow', delayMs: 100 });
    const start = performance.now();
    rig.master.run(commandTask('t', 'true'));
    await rig.master.status('t', 'TASK_FINISHED');
    // There and back for the launch, and for the acknowledgements of STARTING and RUNNING.
    expect(performance.now() - start).toBeGreaterThan(590);
  });

  it('that is told to shut down ends its tasks and stays away', async () => {
    await using rig = await startAgentRig();
    const { master } = rig;
    master.run(commandTask('t', 'sleep 600'));
    const { container_status } = await master.status('t', 'TASK_RUNNING');
    master.send({ kind: 'shutdown', message: 'gone' });
    await expect
      .poll(() => {
        try {
          return process.kill(container_status?.executor_pid ?? 0, 0);
        } catch {
          return false;
        }
      }, patience)
      .toBe(false);
    expect(registrations(master.messages)).toHaveLength(1);
  });
});

async function agentTask(url: URL): Promise<string> {
  const state = (await (await fetch(new URL('/state', url))).json()) as {
    frameworks: { executors: { tasks: { state: string }[] }[] }[];
  };
  return state.frameworks[0]?.executors[0]?.tasks[0]?.state ?? '';
}
