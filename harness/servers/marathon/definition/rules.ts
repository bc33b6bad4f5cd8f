import { constraintProblem } from './constraint-rules.ts';
import { containerProblems, networkProblems, portProblems } from './container-rules.ts';
import { checkId } from './path-id.ts';
import type { RawApp, RawUpdate } from './shape-app.ts';
import { unsupportedProblems } from './unsupported-rules.ts';
import { asDouble, hasPersistentVolumes, repeats, type Violation } from './violation.ts';

/** Marathon has no such bound; it keeps a slip of the finger from filling this process's memory with instances. */
export const mostInstances = 100_000;

/** The roles an app may have where it stands. */
export interface RoleSettings {
  readonly valid: readonly string[];
  readonly fallback: string;
}

/** What nobody has a role for cannot be reserved, so apps with persistent volumes get the role of their group. */
export function defaultRoleOf(app: RawApp, { valid, fallback }: RoleSettings): string {
  if (!hasPersistentVolumes(app)) return fallback;
  return valid.find((role) => role !== '*') ?? fallback;
}

/** Rules about old forms in an app or an update, checked before they are rewritten. */
export function* oldFormProblems(app: RawApp | RawUpdate): Iterable<Violation> {
  const { docker, type } = app.container ?? {};
  const { fetch = [], networks = [] } = app;
  if (docker?.credential !== undefined) yield ['/container/docker/credential', 'must be empty'];
  if (type === 'MESOS' && docker !== undefined) {
    if (docker.network !== undefined) yield ['/container/docker/network', 'must be empty'];
    if (docker.parameters.length > 0) yield ['/container/docker/parameters', 'must be empty'];
    if (docker.portMappings !== undefined) yield ['/container/docker/portMappings', 'must be empty'];
  }
  if (type === 'DOCKER' && app.ipAddress?.discovery !== undefined) {
    yield ['/ipAddress', 'ipAddress/discovery is not allowed for Docker containers'];
  }
  if ((app.uris?.length ?? 0) > 0 && fetch.length > 0) {
    yield ['/uris', 'may not be set in conjunction with fetch'];
  }
  for (const [index, uri] of (app.uris ?? []).entries()) {
    if (!isUri(uri)) yield [`/uris(${index})`, 'URI has invalid syntax.'];
  }
  if (docker?.network !== undefined && networks.length > 0) {
    yield ['/', 'must not specify both container.docker.network and networks'];
  }
  if (app.ipAddress !== undefined && networks.length > 0) {
    yield ['/', 'must not specify both networks and ipAddress'];
  }
  if (repeats((app.ports ?? []).filter((port) => port !== 0))) yield ['/', 'ports must be unique'];
  if (
    app.ipAddress !== undefined &&
    ((app.ports?.length ?? 0) > 0 || (app.portDefinitions?.length ?? 0) > 0)
  ) {
    yield ['/', 'cannot specify both an IP address and port'];
  }
  if (app.ports !== undefined && app.portDefinitions !== undefined) {
    const definitions = app.portDefinitions.map(({ port }) => port);
    if (JSON.stringify(definitions) !== JSON.stringify(app.ports)) {
      yield ['/', 'cannot specify both ports and port definitions'];
    }
  }
}

/** What a request must not ask for side by side; taken from an app and from an update, such ports are simply dropped. */
export function* mixedPortProblems({
  networks = [],
  portDefinitions = [],
  container,
}: RawUpdate): Iterable<Violation> {
  const modes = networks.map(({ mode }) => mode);
  if (modes.includes('host') && (container?.portMappings?.length ?? 0) > 0) {
    yield ['/', 'portMappings are not allowed with host-networking'];
  }
  if (modes.some((mode) => mode !== 'host') && portDefinitions.length > 0) {
    yield ['/', 'portDefinitions are only allowed with host-networking'];
  }
}

/** Every rule between members of an app whose old forms are rewritten. */
export function* problems(app: RawApp, roles: RoleSettings): Iterable<Violation> {
  yield* idProblems(app);
  yield* commandProblems(app);
  yield* containerProblems(app);
  yield* unsupportedProblems(app);
  yield* networkProblems(app);
  yield* portProblems(app);
  yield* healthProblems(app);
  yield* readinessProblems(app);
  yield* resourceProblems(app);
  yield* secretProblems(app);
  yield* roleProblems(app, roles);
  yield* strategyProblems(app);
  for (const [index, constraint] of app.constraints.entries()) {
    const problem = constraintProblem(constraint);
    if (problem !== undefined) yield [`/constraints(${index})`, problem];
  }
}

function* idProblems(app: RawApp): Iterable<Violation> {
  for (const error of checkId(app.id)) yield ['/id', error];
  if (app.id === '/') {
    yield ['/id', 'Path must contain at least one path element'];
    yield ['/', 'must not be root'];
  }
  for (const [index, dependency] of app.dependencies.entries()) {
    for (const error of checkId(dependency)) yield [`/dependencies(${index})`, error];
  }
}

function* commandProblems(app: RawApp): Iterable<Violation> {
  const hasCmd = app.cmd !== undefined;
  const hasArgs = app.args.length > 0;
  const hasImage = app.container?.docker !== undefined || app.container?.type === 'MESOS';
  if (hasCmd === hasArgs && (hasCmd || !hasImage)) {
    yield ['/', "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."];
  }
  if (app.cmd?.length === 1) yield ['/', 'must not be an empty string'];
}

function* healthProblems(app: RawApp): Iterable<Violation> {
  const ports = (app.container?.portMappings ?? app.portDefinitions ?? []).length;
  for (const [index, check] of app.healthChecks.entries()) {
    const path = `/healthChecks(${index})`;
    if ((check.protocol === 'COMMAND') !== (check.command !== undefined)) {
      yield [path, 'a command goes with protocol COMMAND, and only with it'];
    } else if (['HTTP', 'HTTPS', 'TCP'].includes(check.protocol)) {
      const { port, portIndex } = check;
      const found = portIndex === undefined ? port !== undefined || ports > 0 : portIndex < ports;
      if (!found) {
        yield [
          path,
          'Health check port indices must address an element of the ports array or container port mappings.',
        ];
      }
    }
    if (
      check.ipProtocol === 'IPv6' &&
      !(check.protocol.startsWith('MESOS_') && app.container?.type === 'DOCKER')
    ) {
      yield [path, 'IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks'];
    }
  }
  if (app.healthChecks.filter(({ protocol }) => protocol.startsWith('MESOS_')).length > 1) {
    yield ['/', 'AppDefinition can contain at most one Mesos health check'];
  }
  if (app.check !== undefined && app.container?.type === 'DOCKER') {
    yield ['/', "AppDefinition must not use 'checks' if using docker"];
  }
}

function* readinessProblems(app: RawApp): Iterable<Violation> {
  const count = app.readinessChecks.length;
  if (count > 1) yield ['/readinessChecks/size', `got ${count}, expected 1 or less`];
  const names = (app.container?.portMappings ?? app.portDefinitions ?? []).map((port) => port.name);
  for (const [index, check] of app.readinessChecks.entries()) {
    const path = `/readinessChecks(${index})`;
    if (!names.includes(check.portName)) {
      yield [`${path}/portName`, `No port definition reference for portName ${check.portName}`];
    }
    if (check.timeoutSeconds >= check.intervalSeconds) {
      yield [
        `${path}/timeoutSeconds`,
        `got ${check.timeoutSeconds}, expected less than ${check.intervalSeconds}`,
      ];
    }
  }
}

function* resourceProblems(app: RawApp): Iterable<Violation> {
  if (app.instances > mostInstances) {
    yield ['/instances', `got ${app.instances}, expected ${mostInstances} or less`];
  }
  if (app.gpus > 0 && app.container?.type === 'DOCKER') {
    yield ['/', 'GPU resources only work with the Mesos containerizer'];
  }
  for (const kind of ['cpus', 'mem'] as const) {
    const limit = app.resourceLimits?.[kind];
    if (typeof limit === 'number' && limit < app[kind]) {
      yield [
        `/resourceLimits/${kind}`,
        `resource limit must be greater than or equal to requested resource (${asDouble(app[kind])})`,
      ];
    }
  }
  for (const [index, { uri }] of app.fetch.entries()) {
    if (!isUri(uri)) yield [`/fetch(${index})/uri`, 'URI has invalid syntax.'];
  }
}

function* secretProblems(app: RawApp): Iterable<Violation> {
  if (Object.hasOwn(app.secrets, '')) yield ['/secrets', 'must not be empty'];
  for (const [key, value] of Object.entries(app.env)) {
    if (key === '') yield ['/env', 'must not be empty'];
    if (typeof value !== 'string' && !Object.hasOwn(app.secrets, value.secret)) {
      yield [`/env/${key}/secret`, 'references an undefined secret'];
    }
  }
}

function* roleProblems(app: RawApp, roles: RoleSettings): Iterable<Violation> {
  const { valid } = roles;
  const role = app.role ?? defaultRoleOf(app, roles);
  if (!valid.includes(role)) yield ['/role', `got ${role}, expected one of: ${valid.join(', ')}`];
  const accepted = app.acceptedResourceRoles;
  if (accepted?.length === 0) yield ['/acceptedResourceRoles', 'must not be empty'];
  if (accepted?.some((one) => one !== '*' && one !== role)) {
    const allowed = [...new Set(['*', role])].toSorted().join(' and ');
    yield ['/acceptedResourceRoles', `acceptedResourceRoles can only contain ${allowed}`];
  }
  if (!hasPersistentVolumes(app)) return;
  if (role === '*') {
    yield ['/role', 'Resident apps cannot have the role *'];
    yield ['/role', 'put the app into a group: the name of its top-level group is a role it may have'];
  }
  if (accepted?.some((one) => one !== '*')) {
    yield ['/acceptedResourceRoles', 'A resident app must have `acceptedResourceRoles = ["*"]`.'];
  }
}

function* strategyProblems(app: RawApp): Iterable<Violation> {
  const isSingle = app.labels.MARATHON_SINGLE_INSTANCE_APP === 'true';
  const isResident = hasPersistentVolumes(app);
  if (isSingle && app.instances > 1) yield ['/', 'Single instance app may only have one instance'];
  const { minimumHealthCapacity, maximumOverCapacity } = app.upgradeStrategy ?? {};
  const mustBeZero = {
    minimumHealthCapacity: isSingle ? minimumHealthCapacity : 0,
    maximumOverCapacity: isSingle || isResident ? maximumOverCapacity : 0,
  };
  for (const [member, value = 0] of Object.entries(mustBeZero)) {
    if (value !== 0) yield [`/upgradeStrategy/${member}`, `got ${asDouble(value)}, expected 0.0`];
  }
  const { unreachableStrategy } = app;
  if (isResident && unreachableStrategy !== undefined && unreachableStrategy !== 'disabled') {
    yield ['/', 'unreachableStrategy must be disabled for resident tasks'];
  }
  if (unreachableStrategy !== undefined && unreachableStrategy !== 'disabled') {
    const { inactiveAfterSeconds: inactive, expungeAfterSeconds: expunge } = unreachableStrategy;
    if (inactive > expunge) {
      yield [
        '/unreachableStrategy/inactiveAfterSeconds',
        `inactiveAfterSeconds (${inactive}) must be less or equal to expungeAfterSeconds, which is ${expunge}`,
      ];
    }
  }
}

/** Java's URI syntax, as far as people get it wrong: no blanks, no braces, no lone percent sign. */
function isUri(uri: string): boolean {
  return !/[\s<>"{}|\\^`]|%(?![0-9a-fA-F]{2})/.test(uri);
}
