import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AppDefinition, applyUpdate, parseApp, parseAppUpdate, renderApp } from './index.ts';

const now = '2026-01-02T03:04:05.678Z';

function parsed(body: unknown): AppDefinition {
  const outcome = parseApp(body, { now });
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}

function problemsOf(body: unknown): unknown {
  const outcome = parseApp(body, { now });
  if (outcome.kind === 'ok') return 'accepted';
  const { refusal } = outcome;
  return 'details' in refusal && Array.isArray(refusal.details)
    ? Object.fromEntries(refusal.details.map(({ path, errors }) => [`${refusal.kind} ${path}`, errors]))
    : refusal;
}

function updated(current: AppDefinition, body: unknown, partial = true) {
  const update = parseAppUpdate(body);
  if (update.kind === 'refused') return update;
  return applyUpdate({ id: current.id, current, update: update.value, partial, now });
}

describe('a complete definition', () => {
  it('gets the defaults of Marathon and prints nothing that was not given and is empty', () => {
    expect(renderApp(parsed({ id: 'a', cmd: 'sleep 1' }))).toEqual({
      id: '/a',
      cmd: 'sleep 1',
      instances: 1,
      cpus: 1,
      mem: 128,
      disk: 0,
      gpus: 0,
      executor: '',
      labels: {},
      networks: [{ mode: 'host' }],
      portDefinitions: [{ port: 0, protocol: 'tcp', name: 'default' }],
      requirePorts: false,
      backoffSeconds: 1,
      backoffFactor: 1.15,
      maxLaunchDelaySeconds: 300,
      upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
      unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
      killSelection: 'YOUNGEST_FIRST',
      role: '*',
      version: now,
      versionInfo: { lastScalingAt: now, lastConfigChangeAt: now },
    });
  });

  it('prints port definitions that were given empty', () => {
    expect(renderApp(parsed({ id: 'a', cmd: 'sleep 1', portDefinitions: [] }))).toMatchObject({
      portDefinitions: [],
    });
  });

  it('passes over unknown members and takes null for absent', () => {
    const app = {
      id: '/a',
      cmd: 'sleep 1',
      args: null,
      container: null,
      hobby: 'chess',
      upgradeStrategy: null,
    };
    expect(parsed(app)).toEqual(parsed({ id: '/a', cmd: 'sleep 1' }));
  });

  it('reads enumerations in any case and prints them in its own', () => {
    const app = parsed({
      id: '/a',
      cmd: 'sleep 1',
      killSelection: 'oldest_first',
      constraints: [['hostname', 'unique']],
      healthChecks: [{ protocol: 'mesos_http', path: '/' }],
    });
    expect(app.killSelection).toBe('OLDEST_FIRST');
    expect(app.constraints).toEqual([{ field: 'hostname', operator: 'UNIQUE' }]);
    expect(app.healthChecks[0]).toMatchObject({ protocol: 'MESOS_HTTP', portIndex: 0 });
  });

  it('has its checks look at the first port unless they name another', () => {
    const checks = [
      { path: '/' },
      { port: 80 },
      { portIndex: 1 },
      { protocol: 'COMMAND', command: { value: 'true' } },
    ];
    const app = parsed({ id: '/a', cmd: 'x y', ports: [0, 0], healthChecks: checks });
    expect(app.healthChecks.map(({ portIndex }) => portIndex)).toEqual([0, undefined, 1, undefined]);
    expect(problemsOf({ id: '/a', cmd: 'x y', ports: [], healthChecks: checks })).not.toBe('accepted');
  });

  it('has the defaults of its volumes and of the single-instance label', () => {
    const single = parsed({ id: '/a', cmd: 'sleep 1', labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } });
    expect(single.upgradeStrategy).toEqual({ minimumHealthCapacity: 0, maximumOverCapacity: 0 });
    const volumes = [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }];
    expect(parsed({ id: '/a', cmd: 'sleep 1', container: { type: 'MESOS', volumes } })).toMatchObject({
      upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
      unreachableStrategy: 'disabled',
    });
  });

  it('resolves its id and its dependencies against the group that holds it', () => {
    const outcome = parseApp(
      { id: 'b', cmd: 'sleep 1', dependencies: ['../db', 'c', '/d/'] },
      { now, base: '/g/h' },
    );
    expect(outcome).toMatchObject({ value: { id: '/g/h/b', dependencies: ['/g/db', '/g/h/c', '/d'] } });
  });
});

describe('old forms', () => {
  it('become the forms in use: ports, uris, docker.network and docker.portMappings', () => {
    expect(parsed({ id: '/a', cmd: 'x y', ports: [0, 8080] }).portDefinitions).toEqual([
      { port: 0, protocol: 'tcp' },
      { port: 8080, protocol: 'tcp' },
    ]);
    const uris = ['http://h/a.tgz?x=1', 'http://h/a.txt'];
    expect(parsed({ id: '/a', cmd: 'x y', uris }).fetch.map(({ extract }) => extract)).toEqual([true, false]);

    const app = renderApp(
      parsed({
        id: '/a',
        ports: [1],
        container: { docker: { image: 'i', network: 'bridge', portMappings: [{ containerPort: 80 }] } },
      }),
    );
    expect(app).toMatchObject({
      networks: [{ mode: 'container/bridge' }],
      container: {
        portMappings: [{ containerPort: 80, hostPort: 0, servicePort: 0, protocol: 'tcp', labels: {} }],
      },
    });
    expect(app).not.toHaveProperty('portDefinitions');
    expect(JSON.stringify(app)).not.toContain('"network"');
  });

  it.each([
    ['none at all', { docker: { image: 'i', network: 'BRIDGE', portMappings: [] } }, []],
    [
      'none, in both forms',
      { docker: { image: 'i', network: 'BRIDGE', portMappings: [] }, portMappings: [] },
      [],
    ],
    [
      'the new form beside an empty old one',
      { docker: { image: 'i', network: 'BRIDGE', portMappings: [] }, portMappings: [{ containerPort: 80 }] },
      [80],
    ],
    [
      'the old form alone',
      { docker: { image: 'i', network: 'BRIDGE', portMappings: [{ containerPort: 80 }] } },
      [80],
    ],
    ['nothing said', { docker: { image: 'i', network: 'BRIDGE' } }, [0]],
  ])('of port mappings: %s', (_what, container, expected) => {
    const app = parsed({ id: '/a', container });
    expect(app.container?.portMappings?.map(({ containerPort }) => containerPort)).toEqual(expected);
  });

  it('lose their mappings in host mode, before ports are counted', () => {
    const docker = {
      image: 'i',
      network: 'HOST',
      portMappings: [{ containerPort: 1 }, { containerPort: 2 }],
    };
    const app = { id: '/a', container: { docker }, healthChecks: [{ portIndex: 1 }] };
    expect(problemsOf(app)).toHaveProperty(['not-valid /healthChecks(0)']);
    expect(parsed({ ...app, healthChecks: [] }).container).not.toHaveProperty('portMappings');
  });

  it('become a container network of a Mesos container when an address per task was asked for', () => {
    const app = parsed({
      id: '/a',
      cmd: 'x y',
      ipAddress: { networkName: 'dcos', discovery: { ports: [{ number: 80, name: 'http' }] } },
    });
    expect(app.networks).toEqual([{ mode: 'container', name: 'dcos' }]);
    expect(app.container).toMatchObject({
      type: 'MESOS',
      portMappings: [{ containerPort: 80, name: 'http' }],
    });
    expect(app.container?.portMappings?.[0]).not.toHaveProperty('hostPort');
  });

  it('get the default mapping when a bridge app names none', () => {
    const networks = [{ mode: 'container/bridge' }];
    expect(parsed({ id: '/a', cmd: 'x y', networks }).container).toEqual({
      type: 'MESOS',
      volumes: [],
      portMappings: [
        { containerPort: 0, hostPort: 0, servicePort: 0, protocol: 'tcp', name: 'default', labels: {} },
      ],
    });
  });
});

describe('a member of the wrong kind', () => {
  const cases: readonly (readonly [string, unknown, Record<string, readonly string[]>])[] = [
    ['no id', { cmd: 'sleep 1' }, { '/id': [`'id' is undefined on object: {"cmd":"sleep 1"}`] }],
    ['capital letters in the id', { id: '/Foo' }, { '/id': ['error.pattern'] }],
    ['text for a number', { id: '/a', instances: '2' }, { '/instances': ['error.expected.jsnumber'] }],
    ['half an instance', { id: '/a', instances: 1.5 }, { '/instances': ['error.expected.int'] }],
    [
      'a number below its bound',
      { id: '/a', cpus: 0, mem: -1 },
      { '/cpus': ['error.min'], '/mem': ['error.min'] },
    ],
    ['a number for text', { id: '/a', cmd: 1 }, { '/cmd': ['error.expected.jsstring'] }],
    ['an empty command', { id: '/a', cmd: '' }, { '/cmd': ['error.minLength'] }],
    [
      'a number past all bounds',
      { id: '/a', cpus: Number.POSITIVE_INFINITY },
      { '/cpus': ['error.expected.jsnumber'] },
    ],
    ['text for a list', { id: '/a', args: 'x' }, { '/args': ['error.expected.jsarray'] }],
    ['a list for an object', { id: '/a', labels: [] }, { '/labels': ['error.expected.jsobject'] }],
    ['a number among labels', { id: '/a', labels: { a: 1 } }, { '/labels/a': ['error.expected.jsstring'] }],
    ['text for a flag', { id: '/a', requirePorts: 'yes' }, { '/requirePorts': ['error.expected.jsboolean'] }],
    [
      'an unknown word',
      { id: '/a', killSelection: 'X' },
      { '/killSelection': ['error.unknown.enum.literal'] },
    ],
    [
      'a capacity above 1',
      { id: '/a', upgradeStrategy: { minimumHealthCapacity: 1.5 } },
      {
        '/upgradeStrategy/minimumHealthCapacity': ['error.max'],
        '/upgradeStrategy/maximumOverCapacity': [
          `'maximumOverCapacity' is undefined on object: {"minimumHealthCapacity":1.5}`,
        ],
      },
    ],
    [
      'a port out of range',
      { id: '/a', portDefinitions: [{ port: 1 }, { port: 70000 }] },
      {
        '/portDefinitions(1)/port': ['error.max'],
      },
    ],
    [
      'a number in a constraint',
      { id: '/a', constraints: [['a', 'MAX_PER', 2]] },
      {
        '/constraints(0)(2)': ['error.expected.jsstring'],
      },
    ],
    ['a list as body', [], { '/': ['error.expected.jsobject'] }],
  ];
  it.each(cases)('is refused under its path: %s', (_what, body, expected) => {
    const named = Object.entries(expected).map(([path, errors]) => [`invalid-json ${path}`, errors]);
    expect(problemsOf(body)).toEqual(Object.fromEntries(named));
  });
});

it.each([
  ['/', 'slashes'],
  ['a', 'letters'],
  ['a.', 'dots'],
  ['a-', 'hyphens'],
  ['../', 'steps up'],
  ['a/', 'segments'],
])('an id of thousands of %j is refused at once', (part) => {
  expect(problemsOf({ id: `${part.repeat(5_000)}!`, cmd: 'x y' })).toEqual({
    'invalid-json /id': ['error.pattern'],
  });
});

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
      'is not a valid regular expression',
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

describe('an update', () => {
  const current = parsed({
    id: '/a',
    cmd: 'sleep 1',
    labels: { x: '1', y: '2' },
    env: { A: '1' },
    instances: 3,
    healthChecks: [{ protocol: 'COMMAND', command: { value: 'true' } }],
  });

  it('keeps what it does not name, and replaces maps and lists whole', () => {
    const outcome = updated(current, { labels: { z: '3' }, instances: 5 });
    expect(outcome).toMatchObject({ value: { ...current, labels: { z: '3' }, instances: 5 } });
    expect(outcome.kind === 'ok' && 'labels' in outcome.value && outcome.value.labels).toEqual({ z: '3' });
  });

  it('gives back the defaults when it is not partial', () => {
    expect(updated(current, { cmd: 'sleep 2' }, false)).toEqual({
      kind: 'ok',
      value: parsed({ id: '/a', cmd: 'sleep 2' }),
    });
  });

  it('follows a change of network with its ports', () => {
    const bridged = updated(current, {
      networks: [{ mode: 'container/bridge' }],
      container: { docker: { image: 'i' }, portMappings: [{ containerPort: 80 }] },
    });
    expect(bridged).toMatchObject({
      value: { container: { portMappings: [{ containerPort: 80, hostPort: 0 }] } },
    });
    expect(bridged.kind === 'ok' && bridged.value).not.toHaveProperty('portDefinitions');
    if (bridged.kind !== 'ok' || !('versionInfo' in bridged.value)) throw new Error('refused');
    const back = updated(bridged.value, { networks: [{ mode: 'host' }] });
    expect(back).toMatchObject({ value: { portDefinitions: [{ port: 0, name: 'default' }] } });
  });

  it('takes a version only beside the id', () => {
    expect(parseAppUpdate({ id: 'a', version: now })).toMatchObject({ value: { id: '/a', version: now } });
    expect(parseAppUpdate({ version: now, cmd: 'sleep 2' })).toMatchObject({
      refusal: {
        kind: 'not-valid',
        details: [{ path: '/', errors: ["The 'version' field may only be combined with the 'id' field."] }],
      },
    });
  });

  it('is checked together with what it leaves alone', () => {
    expect(updated(current, { args: ['x'] })).toMatchObject({ refusal: { kind: 'not-valid' } });
  });
});

describe("the apps of Marathon's system tests", () => {
  const folder = new URL('../testdata/system-test-apps/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file !== 'sleep-group.json');
  it.each(files)('are accepted, and what is printed of them reads as the same app: %s', (file) => {
    const app = parsed(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    expect(parsed(renderApp(app))).toEqual(app);
  });
});
