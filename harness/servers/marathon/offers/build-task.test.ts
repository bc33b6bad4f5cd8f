import { describe, expect, it } from 'vitest';
import type { Offer, TaskInfo } from '../../mesos/v1.ts';
import { parseApp } from '../definition/index.ts';
import { appIdOfTask, buildTask, instanceIdOf, newInstanceId, newTaskId, nextTaskId } from './index.ts';

const offer: Offer = {
  id: { value: 'o' },
  framework_id: { value: 'f' },
  agent_id: { value: 'agent' },
  hostname: 'host',
  resources: [],
};

function task(body: object, hostPorts: readonly (number | null)[] = [], secrets = {}): TaskInfo {
  const parsed = parseApp({ id: '/g/a', ...body }, { now: '2026-01-01T00:00:00.000Z' });
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.refusal));
  const match = { kind: 'match' as const, hostPorts, resources: [] };
  return buildTask({ app: parsed.value, offer, match, taskId: 'g_a.instance-1._app.1', secrets });
}

function environmentOf(info: TaskInfo): Record<string, string | undefined> {
  const variables = info.command?.environment?.variables ?? [];
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

describe('the command of a task', () => {
  it.each([
    ['a command line', { cmd: 'sleep 1' }, { value: 'sleep 1', shell: true }],
    ['arguments', { args: ['sleep', '1'] }, { value: 'sleep', shell: false, arguments: ['sleep', '1'] }],
    [
      'arguments of an image',
      { args: ['1'], container: { docker: { image: 'i' } } },
      { shell: false, arguments: ['1'] },
    ],
    ['nothing but an image', { container: { docker: { image: 'i' } } }, { shell: false }],
  ])('comes from %s', (_what, body, expected) => {
    const { environment: _environment, ...command } = task({ ...body, portDefinitions: [] }).command ?? {};
    expect(command).toEqual(expected);
  });

  it('fetches what the app names, as whom it names', () => {
    const fetch = [{ uri: 'http://h/a', extract: false, destPath: 'b' }];
    expect(task({ cmd: 'x y', fetch, user: 'me' }, [1]).command).toMatchObject({
      user: 'me',
      uris: [{ value: 'http://h/a', extract: false, executable: false, cache: false, output_file: 'b' }],
    });
  });
});

describe('the environment of a task', () => {
  it('tells the app, its resources and labels, the task and the host', () => {
    const labels = { 'a.b-c': '1', d: '2' };
    expect(environmentOf(task({ cmd: 'x y', cpus: 0.5, mem: 16, labels, portDefinitions: [] }))).toEqual({
      MESOS_TASK_ID: 'g_a.instance-1._app.1',
      MARATHON_APP_ID: '/g/a',
      MARATHON_APP_VERSION: '2026-01-01T00:00:00.000Z',
      MARATHON_APP_RESOURCE_CPUS: '0.5',
      MARATHON_APP_RESOURCE_MEM: '16.0',
      MARATHON_APP_RESOURCE_DISK: '0.0',
      MARATHON_APP_RESOURCE_GPUS: '0',
      MARATHON_APP_LABELS: 'A_B_C D',
      MARATHON_APP_LABEL_A_B_C: '1',
      MARATHON_APP_LABEL_D: '2',
      HOST: 'host',
    });
  });

  it('tells the host ports by index, by what was requested and by name', () => {
    const portDefinitions = [{ port: 80, name: 'http-api' }, { port: 0 }];
    const ports = Object.entries(environmentOf(task({ cmd: 'x y', portDefinitions }, [31_000, 31_001])));
    expect(Object.fromEntries(ports.filter(([name]) => name.startsWith('PORT')))).toEqual({
      PORT: '31000',
      PORTS: '31000,31001',
      PORT0: '31000',
      PORT1: '31001',
      PORT_80: '31000',
      PORT_31001: '31001',
      'PORT_HTTP-API': '31000',
    });
  });

  it('tells container ports where there is no host port', () => {
    const container = {
      docker: { image: 'i' },
      portMappings: [{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }],
    };
    const info = task({ container, networks: [{ mode: 'container', name: 'n' }] }, [null, 31_000]);
    expect(environmentOf(info)).toMatchObject({
      PORT: '31000',
      PORTS: '31000',
      PORT0: '80',
      PORT1: '31000',
      PORT_80: '80',
      PORT_81: '31000',
      MARATHON_APP_DOCKER_IMAGE: 'i',
    });
  });

  it("has the app's own variables win, and secrets filled in", () => {
    const env = { HOST: 'mine', TOKEN: { secret: 's' } };
    const body = { cmd: 'x y', portDefinitions: [], env, secrets: { s: { source: '/db' } } };
    expect(environmentOf(task(body, [], { '/db': 'pw' }))).toMatchObject({ HOST: 'mine', TOKEN: 'pw' });
    expect(() => task(body)).toThrow("/g/a: no value for the secret '/db' that TOKEN names");
  });
});

describe('the container of a task', () => {
  it('is a Docker one with its mappings, per protocol', () => {
    const container = {
      docker: { image: 'i', privileged: true, parameters: [{ key: 'k', value: 'v' }] },
      portMappings: [{ containerPort: 80, protocol: 'udp,tcp' }, { containerPort: 0 }],
      volumes: [{ containerPath: '/c', hostPath: '/h', mode: 'RO' }],
    };
    expect(task({ container, networks: [{ mode: 'container/bridge' }] }, [31_000, 31_001]).container).toEqual(
      {
        type: 'DOCKER',
        volumes: [{ container_path: '/c', host_path: '/h', mode: 'RO' }],
        docker: {
          image: 'i',
          network: 'BRIDGE',
          privileged: true,
          force_pull_image: false,
          parameters: [
            { key: 'k', value: 'v' },
            { key: 'label', value: 'MESOS_TASK_ID=g_a.instance-1._app.1' },
          ],
          port_mappings: [
            { host_port: 31_000, container_port: 80, protocol: 'udp' },
            { host_port: 31_000, container_port: 80, protocol: 'tcp' },
            { host_port: 31_001, container_port: 31_001, protocol: 'tcp' },
          ],
        },
      },
    );
  });

  it('is none for a plain command, and a bare Mesos one where that was asked for', () => {
    expect(task({ cmd: 'x y' }, [1])).not.toHaveProperty('container');
    expect(task({ cmd: 'x y', container: { type: 'MESOS' } }, [1]).container).toEqual({
      type: 'MESOS',
      mesos: {},
    });
  });
});

describe('the checks of a task', () => {
  it('are those of Mesos, at the port inside the container', () => {
    const container = { docker: { image: 'i' }, portMappings: [{ containerPort: 80 }] };
    const healthChecks = [{ protocol: 'MESOS_HTTP', path: '/up', gracePeriodSeconds: 1, delaySeconds: 2 }];
    const body = { container, networks: [{ mode: 'container/bridge' }], healthChecks };
    expect(task(body, [31_000]).health_check).toEqual({
      type: 'HTTP',
      http: { scheme: 'http', port: 80, path: '/up', protocol: 'IPv4' },
      delay_seconds: 2,
      interval_seconds: 60,
      timeout_seconds: 20,
      consecutive_failures: 3,
      grace_period_seconds: 1,
    });
  });

  it('are none of those that Marathon makes', () => {
    expect(task({ cmd: 'x y', healthChecks: [{ protocol: 'HTTP' }] }, [1])).not.toHaveProperty(
      'health_check',
    );
  });
});

describe('the rest of a task', () => {
  it('has the kill grace, the labels, and the ports for discovery', () => {
    const labels = { a: 'b' };
    const portDefinitions = [{ port: 0, name: 'http', labels: { vip: 'x' } }];
    expect(
      task({ cmd: 'x y', taskKillGracePeriodSeconds: 2, labels, portDefinitions }, [31_000]),
    ).toMatchObject({
      name: 'a.g',
      agent_id: { value: 'agent' },
      kill_policy: { grace_period: { nanoseconds: 2e9 } },
      labels: { labels: [{ key: 'a', value: 'b' }] },
      discovery: {
        name: 'a.g',
        ports: {
          ports: [{ number: 31_000, name: 'http', protocol: 'tcp', labels: { labels: [{ key: 'vip' }] } }],
        },
      },
    });
  });
});

describe('ids', () => {
  it('go from app to instance to task and back', () => {
    const instance = newInstanceId('/g/a.b', '00-11');
    const first = newTaskId(instance);
    expect([instance, first, nextTaskId(first)]).toEqual([
      'g_a.b.instance-00-11',
      'g_a.b.instance-00-11._app.1',
      'g_a.b.instance-00-11._app.2',
    ]);
    expect([instanceIdOf(first), appIdOfTask(first), appIdOfTask(instance)]).toEqual([
      instance,
      '/g/a.b',
      '/g/a.b',
    ]);
    expect([instanceIdOf('nonsense'), appIdOfTask('nonsense')]).toEqual([undefined, undefined]);
  });
});
