import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { Rig } from '../testing/rig.ts';

const app = { id: '/web', cmd: 'serve', cpus: 0.1, mem: 32 };
const begin = Date.UTC(2026, 0, 1);

/** A service whose port the checks name, since the fake tasks open none. */
class Subject implements AsyncDisposable {
  status = 200;
  readonly #server: Server = createServer((_, response) => {
    response.writeHead(this.status).end();
  });

  static async start(): Promise<Subject> {
    const subject = new Subject();
    subject.#server.listen(0, '127.0.0.1');
    await once(subject.#server, 'listening');
    return subject;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const oneLocalAgent = [{ hostname: '127.0.0.1', cpus: 8, mem: 8192 }];

test('a deployment ends as soon as the HTTP check passes, without waiting for the next round', async () => {
  await using subject = await Subject.start();
  await using rig = await Rig.start({ agents: oneLocalAgent });
  const check = { protocol: 'HTTP', path: '/', port: subject.port, intervalSeconds: 60 };
  await rig.deploy('POST', '/v2/apps', { ...app, healthChecks: [check] });
  const { tasks, tasksHealthy } = (await rig.get('/v2/apps/web')).body.app;
  expect(tasksHealthy).toBe(1);
  expect(tasks[0].healthCheckResults).toMatchObject([{ alive: true, consecutiveFailures: 0 }]);
  expect(rig.seen.map((event) => event.eventType)).toContain('health_status_changed_event');
});

test('with a maximum of 3 the fourth failure in a row kills, and the task is replaced at once', async () => {
  await using subject = await Subject.start();
  await using rig = await Rig.start({ agents: oneLocalAgent, clock: new VirtualClock(begin) });
  const check = {
    protocol: 'HTTP',
    path: '/',
    port: subject.port,
    gracePeriodSeconds: 5,
    intervalSeconds: 10,
    maxConsecutiveFailures: 3,
  };
  await rig.deploy('POST', '/v2/apps', { ...app, healthChecks: [check] });
  subject.status = 500;
  const kill = await rig.event((event) => event.eventType === 'unhealthy_instance_kill_event');
  expect(kill.reason).toBe('the answer had status 500');
  expect(rig.seen.filter((event) => event.eventType === 'failed_health_check_event')).toHaveLength(4);
  subject.status = 200;
  const dead = await rig.event((event) => event.taskStatus === 'TASK_KILLED');
  const next = await rig.event(
    (event) => event.taskStatus === 'TASK_RUNNING' && event.taskId !== dead.taskId,
  );
  expect(next.taskId).toMatch(/\._app\.2$/);
  expect(Date.parse(String(next.timestamp)) - Date.parse(String(dead.timestamp))).toBeLessThan(1_000);
  const { lastTaskFailure } = (await rig.get('/v2/apps/web')).body.app;
  expect(lastTaskFailure).toMatchObject({
    state: 'TASK_KILLED',
    message: 'Task was killed since health check failed. Reason: the answer had status 500',
  });
});

test('failures within the grace period before the first success are not even counted', async () => {
  await using subject = await Subject.start();
  subject.status = 503;
  await using rig = await Rig.start({ agents: oneLocalAgent, clock: new VirtualClock(begin) });
  const check = {
    protocol: 'HTTP',
    path: '/',
    port: subject.port,
    gracePeriodSeconds: 30,
    intervalSeconds: 5,
  };
  await rig.call('POST', '/v2/apps', { ...app, healthChecks: [check] });
  const failed = await rig.event((event) => event.eventType === 'failed_health_check_event');
  const running = await rig.event((event) => event.taskStatus === 'TASK_RUNNING');
  const patienceMs = Date.parse(String(failed.timestamp)) - Date.parse(String(running.timestamp));
  expect(patienceMs).toBeGreaterThanOrEqual(30_000);
  expect(patienceMs).toBeLessThan(36_000);
});

test('what the executor checks makes an instance healthy and unhealthy', async () => {
  await using rig = await Rig.start();
  rig.mesos.fateOf = () => 'healthy';
  await rig.deploy('POST', '/v2/apps', {
    ...app,
    healthChecks: [{ protocol: 'COMMAND', command: { value: 'true' } }],
  });
  const [taskId = ''] = rig.mesos.running('web');
  rig.mesos.report(taskId, { state: 'TASK_RUNNING', healthy: false, message: 'exit 1' });
  await rig.event((event) => event.eventType === 'instance_health_changed_event' && event.healthy === false);
  const { tasks, tasksUnhealthy } = (await rig.get('/v2/apps/web')).body.app;
  expect(tasksUnhealthy).toBe(1);
  expect(tasks[0].healthCheckResults).toMatchObject([{ alive: false, lastFailureCause: 'exit 1' }]);
});

test('a readiness check holds the deployment until it has passed once', async () => {
  await using subject = await Subject.start();
  subject.status = 503;
  await using rig = await Rig.start({ agents: oneLocalAgent, clock: new VirtualClock(begin) });
  // Readiness checks name a port of the task: host and container port are made the same, that of the subject.
  const readinessChecks = [
    { portName: 'http', path: '/ready', intervalSeconds: 2, timeoutSeconds: 1, preserveLastResponse: true },
  ];
  const portDefinitions = [{ port: subject.port, name: 'http' }];
  rig.mesos.offers.ports = { begin: subject.port, end: subject.port };
  const posted = await rig.call('POST', '/v2/apps', {
    ...app,
    readinessChecks,
    portDefinitions,
    requirePorts: true,
  });
  await rig.event((event) => event.taskStatus === 'TASK_RUNNING');
  const shown = await rig.until(async () => {
    const [deployment] = (await rig.get('/v2/deployments')).body;
    const [result] = deployment?.currentActions?.[0]?.readinessCheckResults ?? [];
    return result?.lastResponse === undefined ? undefined : result;
  });
  expect(shown).toMatchObject({ ready: false, lastResponse: { status: 503 } });
  subject.status = 200;
  await rig.event(
    (event) => event.eventType === 'deployment_success' && event.id === posted.body.deployments[0].id,
  );
});
