import { describe, expect, it } from 'vitest';
import { problemsOf } from '../testing/parsed.ts';

describe('a broken rule', () => {
  const base = { id: '/a', cmd: 'sleep 1' };
  const docker = (members: object) => ({ ...base, container: { docker: { image: 'i' } }, ...members });
  const bridge = { networks: [{ mode: 'container/bridge' }] };
  const commandOrContainer =
    "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";
  const cases: readonly (readonly [string, unknown, string, string])[] = [
    ['neither command nor image', { id: '/a' }, '/', commandOrContainer],
    ['command and arguments', { ...base, args: ['x'] }, '/', commandOrContainer],
    ['a command of one character', { id: '/a', cmd: 'x' }, '/', 'must not be an empty string'],
    [
      'instances past counting',
      { ...base, instances: 2_000_000 },
      '/instances',
      'got 2000000, expected 100000 or less',
    ],
    ['the root as id', { ...base, id: '/' }, '/', 'must not be root'],
    [
      'a reserved last segment',
      { ...base, id: '/a/tasks' },
      '/id',
      'must not end with any of the following reserved keywords: restart, tasks, versions, ., ..',
    ],
    ['DOCKER without image', { ...base, container: { type: 'DOCKER' } }, '/container/docker', 'not defined'],
    [
      'an unknown operator',
      { ...base, constraints: [['a', 'NEAR']] },
      '/constraints(0)',
      'operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS',
    ],
    [
      'UNIQUE with a value',
      { ...base, constraints: [['a', 'UNIQUE', 'x']] },
      '/constraints(0)',
      'UNIQUE does not accept a value',
    ],
    [
      'MAX_PER without number',
      {
        ...base,
        constraints: [
          ['a', 'CLUSTER'],
          ['a', 'MAX_PER', 'x'],
        ],
      },
      '/constraints(1)',
      'MAX_PER requires an integer value',
    ],
    [
      'LIKE with a bad pattern',
      { ...base, constraints: [['a', 'LIKE', '*']] },
      '/constraints(0)',
      'is not a valid regular expression: missing argument to repetition operator',
    ],
    [
      'a constraint of one field',
      { ...base, constraints: [['a']] },
      '/constraints(0)',
      'Each constraint must have either 2 or 3 fields',
    ],
    [
      'IS with a set',
      { ...base, constraints: [['a', 'IS', '{x,y}']] },
      '/constraints(0)',
      'IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)',
    ],
    [
      'a port index too high',
      { ...base, healthChecks: [{ portIndex: 1 }] },
      '/healthChecks(0)',
      'Health check port indices must address an element of the ports array or container port mappings.',
    ],
    [
      'two Mesos checks',
      { ...base, healthChecks: [{ protocol: 'MESOS_TCP' }, { protocol: 'MESOS_HTTP' }] },
      '/',
      'AppDefinition can contain at most one Mesos health check',
    ],
    [
      'a readiness port nobody has',
      { ...base, readinessChecks: [{ portName: 'x' }] },
      '/readinessChecks(0)/portName',
      'No port definition reference for portName x',
    ],
    [
      'a readiness time-out as long as the interval',
      { ...base, readinessChecks: [{ portName: 'default', timeoutSeconds: 30 }] },
      '/readinessChecks(0)/timeoutSeconds',
      'got 30, expected less than 30',
    ],
    [
      'port names that repeat',
      { ...base, portDefinitions: [{ name: 'a' }, { name: 'a' }] },
      '/portDefinitions',
      'Port names must be unique.',
    ],
    [
      'ports that repeat',
      { ...base, portDefinitions: [{ port: 1 }, { port: 1 }] },
      '/portDefinitions',
      'Ports must be unique.',
    ],
    [
      'port definitions outside host mode',
      { ...docker(bridge), portDefinitions: [{ port: 1 }] },
      '/',
      'portDefinitions are only allowed with host-networking',
    ],
    [
      'both forms of the network',
      { ...base, networks: [{ mode: 'host' }], container: { docker: { image: 'i', network: 'HOST' } } },
      '/',
      'must not specify both container.docker.network and networks',
    ],
    [
      'both forms of fetch',
      { ...base, uris: ['http://a'], fetch: [{ uri: 'http://b' }] },
      '/uris',
      'may not be set in conjunction with fetch',
    ],
    [
      'both forms of ports',
      { ...base, ports: [1], portDefinitions: [{ port: 2 }] },
      '/',
      'cannot specify both ports and port definitions',
    ],
    [
      'a network without name',
      docker({ networks: [{ mode: 'container' }] }),
      '/networks',
      'Network name must be specified when container network is selected.',
    ],
    [
      'two Docker networks',
      docker({ networks: [{ name: 'a' }, { name: 'b' }] }),
      '/',
      'may only specify a single container network when using the Docker container engine',
    ],
    [
      'an impatient unreachable strategy',
      { ...base, unreachableStrategy: { inactiveAfterSeconds: 2, expungeAfterSeconds: 1 } },
      '/unreachableStrategy/inactiveAfterSeconds',
      'inactiveAfterSeconds (2) must be less or equal to expungeAfterSeconds, which is 1',
    ],
    [
      'no accepted role',
      { ...base, acceptedResourceRoles: [] },
      '/acceptedResourceRoles',
      'must not be empty',
    ],
    [
      'a foreign accepted role',
      { ...base, acceptedResourceRoles: ['*', 'x'] },
      '/acceptedResourceRoles',
      'acceptedResourceRoles can only contain *',
    ],
    [
      'a custom executor',
      { ...base, executor: '/opt/executor' },
      '/executor',
      'custom executors are not supported; leave it out, or give "//cmd"',
    ],
    [
      'a volume of a secret',
      {
        ...base,
        secrets: { s: { source: 'a' } },
        container: { type: 'MESOS', volumes: [{ containerPath: 'x', secret: 's' }] },
      },
      '/container/volumes(0)',
      'volumes of secrets are not supported; give the secret to the task by a variable in env',
    ],
    [
      'a volume on a disk of its own',
      {
        ...base,
        role: 'marathon',
        container: {
          type: 'MESOS',
          volumes: [{ containerPath: 'x', mode: 'RW', persistent: { size: 1, type: 'mount' } }],
        },
      },
      '/container/volumes(0)/persistent/type',
      'mount disks are not supported; root disks are',
    ],
    ['a foreign role', { ...base, role: 'x' }, '/role', 'got x, expected one of: *'],
    [
      'two of a single instance',
      { ...base, instances: 2, labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } },
      '/',
      'Single instance app may only have one instance',
    ],
    [
      'a single instance that overlaps',
      {
        ...base,
        labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' },
        upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
      },
      '/upgradeStrategy/minimumHealthCapacity',
      'got 0.5, expected 0.0',
    ],
    [
      'a secret nobody declared',
      { ...base, env: { A: { secret: 'x' } } },
      '/env/A/secret',
      'references an undefined secret',
    ],
    [
      'a limit below the request',
      { ...base, cpus: 2, resourceLimits: { cpus: 1 } },
      '/resourceLimits/cpus',
      'resource limit must be greater than or equal to requested resource (2.0)',
    ],
  ];
  it.each(cases)('is told under its path: %s', (_what, body, path, error) => {
    expect(problemsOf(body)).toMatchObject({ [`not-valid ${path}`]: expect.arrayContaining([error]) });
  });

  it.each([
    [
      { seccomp: { profileName: 'p', unconfined: true } },
      'seccomp',
      'Seccomp unconfined can NOT be true when Profile is defined',
    ],
    [{ seccomp: {} }, 'seccomp', 'Seccomp unconfined must be true when Profile is NOT defined'],
    [
      { ipcInfo: { mode: 'SHARE_PARENT', shmSize: 1 } },
      'ipcInfo',
      'ipcInfo shmSize can NOT be set when mode is SHARE_PARENT',
    ],
  ])('of what Linux is asked for is told: %j', (linuxInfo, member, error) => {
    const app = { id: '/a', cmd: 'x y', container: { type: 'MESOS', linuxInfo } };
    expect(problemsOf(app)).toEqual({ [`not-valid /container/linuxInfo/${member}`]: [error] });
  });

  it('does not hide another one', () => {
    expect(problemsOf({ id: '/a', healthChecks: [{ portIndex: 9 }] })).toHaveProperty(['not-valid /']);
    expect(problemsOf({ id: '/a', healthChecks: [{ portIndex: 9 }] })).toHaveProperty([
      'not-valid /healthChecks(0)',
    ]);
  });
});
