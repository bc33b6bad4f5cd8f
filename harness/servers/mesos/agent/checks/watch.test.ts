import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../plumbing/clock.ts';
import type { Container } from '../../containerizer/container.ts';
import type { HealthCheck, TaskInfo } from '../../v1.ts';
import type { StatusNews } from '../books.ts';
import { type AgentRig, commandTask, patience, startAgentRig } from '../stand-in-master.ts';
import { watchChecks } from './watch.ts';

/** A task whose checks answer what the test says, on a clock that the test moves. */
function rig(healthCheck: HealthCheck) {
  const clock = new VirtualClock();
  const state = { healthy: true };
  const heard: string[] = [];
  const container = {
    get healthy() {
      return state.healthy;
    },
  } as Container;
  const watch = watchChecks({
    task: { ...commandTask('t', ''), health_check: healthCheck },
    container,
    clock,
    report: (news) => heard.push(`${clock.monotonic() / 1000}: ${news.healthy}`),
    onUnhealthy: () => heard.push(`${clock.monotonic() / 1000}: kill`),
  });
  return { clock, state, heard, watch };
}

describe('a health check', () => {
  const tcp = { type: 'TCP', tcp: { port: 1 } } as const;

  it('reports the first success, every failure, and the first success after failures', async () => {
    const { clock, state, heard } = rig(tcp);
    await clock.advance(35_000);
    expect(heard).toEqual(['15: true']);
    state.healthy = false;
    await clock.advance(20_000);
    state.healthy = true;
    await clock.advance(30_000);
    expect(heard).toEqual(['15: true', '45: false', '55: false', '65: true']);
  });

  it('asks for the task to be killed at the limit of failures in a row', async () => {
    const { clock, state, heard } = rig({
      ...tcp,
      delay_seconds: 0,
      interval_seconds: 1,
      grace_period_seconds: 0,
    });
    await clock.advance(500);
    state.healthy = false;
    await clock.advance(3000);
    expect(heard).toEqual(['0: true', '1: false', '2: false', '3: false', '3: kill']);
  });

  it('forgives failures before the first success and within the grace period only', async () => {
    const { clock, state, heard, watch } = rig({ ...tcp, delay_seconds: 1, interval_seconds: 2 });
    state.healthy = false;
    await clock.advance(5_000);
    clock.jumpWall(3_600_000);
    await clock.advance(5_000);
    expect(heard).toEqual([]);
    await clock.advance(2000);
    expect(heard).toEqual(['11: false']);
    watch.stop();
    await clock.advance(60_000);
    expect(heard).toEqual(['11: false']);
  });
});

describe('checks of running tasks', () => {
  let agent: AgentRig | undefined;
  let server: Server | undefined;
  afterEach(async () => {
    await agent?.[Symbol.asyncDispose]();
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  const fast = { delay_seconds: 0, interval_seconds: 0.02 };
  const start = async (task: Partial<TaskInfo>): Promise<AgentRig['master']> => {
    agent = await startAgentRig();
    agent.master.run(commandTask('t', 'sleep 600', task));
    return agent.master;
  };
  const serve = async (status: () => number): Promise<number> => {
    const answering = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { Location: '/here' }).end();
      else response.writeHead(status()).end();
    }).listen(0, '127.0.0.1');
    server = answering;
    await new Promise((resolve) => answering.once('listening', resolve));
    return (answering.address() as AddressInfo).port;
  };

  it('a command that fails kills the task, which ends TASK_KILLED and unhealthy', async () => {
    const health_check = {
      ...fast,
      type: 'COMMAND',
      command: { value: 'exit 1' },
      consecutive_failures: 2,
      grace_period_seconds: 0,
    } as const;
    const master = await start({ health_check });
    expect(await master.status('t', 'TASK_KILLED')).toMatchObject({ healthy: false });
    expect(master.updates('t').map(({ status }) => [status.state, status.healthy])).toEqual([
      ['TASK_STARTING', undefined],
      ['TASK_RUNNING', undefined],
      ['TASK_RUNNING', false],
      ['TASK_RUNNING', false],
      ['TASK_KILLED', false],
    ]);
  });

  it('HTTP follows redirects and takes 200 to 399 for health', async () => {
    let answered = 204;
    const port = await serve(() => answered);
    const master = await start({ health_check: { ...fast, type: 'HTTP', http: { port, path: '/moved' } } });
    expect(await master.status('t', (status) => status.healthy === true)).toMatchObject({
      state: 'TASK_RUNNING',
      reason: 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED',
    });
    answered = 500;
    await master.status('t', (status) => status.healthy === false);
  });

  it('TCP takes a connection for health', async () => {
    const port = await serve(() => 200);
    const master = await start({ health_check: { ...fast, type: 'TCP', tcp: { port } } });
    await master.status('t', (status) => status.healthy === true);
  });

  it('a check reports on change, starts empty, and never kills', async () => {
    let answered = 200;
    let asked = 0;
    const port = await serve(() => {
      asked++;
      return answered;
    });
    const master = await start({ check: { ...fast, type: 'HTTP', http: { port } } });
    const code = (status: Partial<StatusNews>): number | undefined => status.check_status?.http?.status_code;
    expect((await master.status('t', 'TASK_RUNNING')).check_status).toEqual({ type: 'HTTP', http: {} });
    expect(await master.status('t', (status) => code(status) === 200)).toMatchObject({
      state: 'TASK_RUNNING',
      reason: 'REASON_TASK_CHECK_STATUS_UPDATED',
    });
    await expect.poll(() => asked, patience).toBeGreaterThan(3);
    answered = 503;
    await master.status('t', (status) => code(status) === 503);
    const reported = master.updates('t').map(({ status }) => code(status));
    expect(reported).toEqual([undefined, undefined, 200, 503]);
  });

  it('a command check tells the exit code, and nothing when it takes too long', async () => {
    const command = { command: { value: 'test -e slow && sleep 60; touch slow; exit 7' } };
    const master = await start({ check: { ...fast, type: 'COMMAND', command, timeout_seconds: 1.5 } });
    await master.status('t', (status) => status.check_status?.command?.exit_code === 7);
    await master.message(
      () =>
        JSON.stringify(master.updates('t').at(-1)?.status.check_status) === '{"type":"COMMAND","command":{}}',
    );
  });
});
