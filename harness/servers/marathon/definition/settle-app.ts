import { renderApp } from './render-app.ts';
import { defaultPortMappings } from './rewrite-old-forms.ts';
import type { RawApp } from './shape-app.ts';
import type { RawContainer, RawPortMapping } from './shape-container.ts';
import type {
  AppDefinition,
  Constraint,
  ConstraintOperator,
  Container,
  HealthCheck,
  PortMapping,
  ReadinessCheck,
  Timestamp,
} from './types.ts';
import { hasPersistentVolumes } from './violation.ts';

/** Fills in everything that depends on more than one member. The app has passed the rules. */
export function settleApp(app: RawApp, now: Timestamp, defaultRole: string): AppDefinition {
  const {
    version: _version,
    residency: _residency,
    ipAddress: _ip,
    ports: _ports,
    uris: _uris,
    ...rest
  } = app;
  const networks = app.networks.length === 0 ? [{ mode: 'host' as const }] : app.networks;
  const inHostMode = networks.every(({ mode }) => mode === 'host');
  const container = containerOf(app, inHostMode);
  const ports = inHostMode ? (app.portDefinitions ?? []) : (container?.portMappings ?? []);
  return withoutUndefined({
    ...rest,
    role: app.role ?? defaultRole,
    networks: networks.map(withoutEmptyLabels),
    container,
    portDefinitions: inHostMode ? ports.map(withoutEmptyLabels) : undefined,
    requirePorts: inHostMode && app.requirePorts,
    constraints: app.constraints.map(constraintOf),
    healthChecks: app.healthChecks.map((check) => healthCheckOf(check, ports.length)),
    readinessChecks: app.readinessChecks.map(readinessCheckOf),
    upgradeStrategy: app.upgradeStrategy ?? defaultUpgrade(app),
    unreachableStrategy:
      app.unreachableStrategy ??
      (hasPersistentVolumes(app) ? 'disabled' : { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 }),
    version: now,
    versionInfo: { lastScalingAt: now, lastConfigChangeAt: now },
  }) as AppDefinition;
}

/** A stored app in the form of a request, as the ground that an update is laid on. */
export function rawOf(app: AppDefinition): Readonly<Record<string, unknown>> {
  const { version: _version, versionInfo: _versionInfo, ...members } = renderApp(app);
  return members;
}

function containerOf(app: RawApp, inHostMode: boolean): Container | undefined {
  const container: RawContainer | undefined =
    app.container ??
    (inHostMode ? undefined : { type: 'MESOS', volumes: [], portMappings: defaultPortMappings });
  if (container === undefined) return undefined;
  const inBridgeMode = app.networks.some(({ mode }) => mode === 'container/bridge');
  const { docker, portMappings, linuxInfo, ...rest } = container;
  return withoutUndefined({
    ...rest,
    docker: docker && (container.type === 'DOCKER' ? docker : withoutDockerOnly(docker)),
    linuxInfo: container.type === 'MESOS' ? linuxInfo : undefined,
    portMappings: inHostMode
      ? undefined
      : (portMappings ?? []).map((mapping) => portMappingOf(mapping, inBridgeMode)),
  });
}

/** In bridge mode a mapping without host port means any port. */
function portMappingOf(mapping: RawPortMapping, inBridgeMode: boolean): PortMapping {
  const hostPort = mapping.hostPort ?? (inBridgeMode ? 0 : undefined);
  return withoutUndefined({ ...mapping, hostPort, labels: mapping.labels ?? {} });
}

function withoutDockerOnly(docker: NonNullable<RawContainer['docker']>) {
  const { privileged: _privileged, parameters: _parameters, ...rest } = docker;
  return rest;
}

function constraintOf([field = '', operator = '', value]: readonly string[]): Constraint {
  const named = { field, operator: operator.toUpperCase() as ConstraintOperator };
  return value === undefined ? named : { ...named, value };
}

/** Without port and portIndex the first port is meant, if there is one. */
function healthCheckOf(check: RawApp['healthChecks'][number], ports: number): HealthCheck {
  const isHttp = check.protocol === 'HTTP' || check.protocol === 'HTTPS';
  const needsIndex =
    check.protocol !== 'COMMAND' && check.port === undefined && check.portIndex === undefined && ports > 0;
  return {
    ...check,
    ...(needsIndex && { portIndex: 0 }),
    ...(isHttp && { ignoreHttp1xx: check.ignoreHttp1xx ?? false }),
  };
}

function readinessCheckOf(check: RawApp['readinessChecks'][number]): ReadinessCheck {
  return { ...check, httpStatusCodesForReady: check.httpStatusCodesForReady ?? [200] };
}

function defaultUpgrade(app: RawApp): AppDefinition['upgradeStrategy'] {
  if (app.labels.MARATHON_SINGLE_INSTANCE_APP === 'true') {
    return { minimumHealthCapacity: 0, maximumOverCapacity: 0 };
  }
  return hasPersistentVolumes(app)
    ? { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 }
    : { minimumHealthCapacity: 1, maximumOverCapacity: 1 };
}

function withoutEmptyLabels<T extends { readonly labels?: Readonly<Record<string, string>> }>(value: T): T {
  if (value.labels === undefined || Object.keys(value.labels).length > 0) return value;
  const { labels: _labels, ...rest } = value;
  return rest as T;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
