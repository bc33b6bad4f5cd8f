import { looksLikeId } from './path-id.ts';
import {
  bool,
  decimal,
  either,
  list,
  map,
  object,
  oneOf,
  optional,
  orElse,
  partialObject,
  type Read,
  type ReadPartial,
  required,
  set,
  text,
  timestamp,
  whole,
} from './reader.ts';
import { anyPort, container, labels, legacyName, networkProtocol, path } from './shape-container.ts';

/** Absolute or relative. */
export const pathId = text({ minLength: 1, pattern: { test: looksLikeId } });
const uri = text({ minLength: 1, maxLength: 1024 });
const natural = whole({ min: 0 });
const scheme = oneOf('HTTP', 'HTTPS');

const healthCheck = object({
  protocol: orElse(
    oneOf('HTTP', 'HTTPS', 'TCP', 'COMMAND', 'MESOS_TCP', 'MESOS_HTTP', 'MESOS_HTTPS'),
    'HTTP',
  ),
  path: optional(text()),
  port: optional(anyPort),
  portIndex: optional(anyPort),
  command: optional(object({ value: required(text()) })),
  gracePeriodSeconds: orElse(natural, 300),
  intervalSeconds: orElse(natural, 60),
  timeoutSeconds: orElse(whole(), 20),
  maxConsecutiveFailures: orElse(natural, 3),
  delaySeconds: orElse(natural, 15),
  ignoreHttp1xx: optional(bool),
  ipProtocol: orElse(oneOf('IPv4', 'IPv6'), 'IPv4'),
});

const readinessCheck = object({
  name: orElse(text({ minLength: 1 }), 'readinessCheck'),
  protocol: orElse(scheme, 'HTTP'),
  path: orElse(path, '/'),
  portName: orElse(legacyName, 'http-api'),
  intervalSeconds: orElse(natural, 30),
  timeoutSeconds: orElse(whole({ min: 1 }), 10),
  httpStatusCodesForReady: optional(set(whole({ min: 100, max: 999 }), { minLength: 1 })),
  preserveLastResponse: orElse(bool, false),
});

const mesosCommand = either(
  object({ shell: required(text({ minLength: 1 })) }),
  object({ argv: required(list(text(), { minLength: 1 })) }),
);

const check = object({
  http: optional(
    object({
      portIndex: optional(anyPort),
      port: optional(anyPort),
      path: optional(path),
      scheme: orElse(scheme, 'HTTP'),
    }),
  ),
  tcp: optional(object({ portIndex: optional(anyPort), port: optional(anyPort) })),
  exec: optional(object({ command: required(mesosCommand) })),
  intervalSeconds: orElse(natural, 60),
  timeoutSeconds: orElse(natural, 20),
  delaySeconds: orElse(natural, 15),
});

const network = object({
  mode: orElse(oneOf('host', 'container', 'container/bridge'), 'container'),
  name: optional(text({ minLength: 1, maxLength: 63, pattern: /^[a-z0-9]([-a-z0-9_]*[a-z0-9])?$/ })),
  labels: optional(labels),
});

const portDefinition = object({
  port: orElse(anyPort, 0),
  protocol: orElse(networkProtocol, 'tcp'),
  name: optional(legacyName),
  labels: optional(labels),
});

const artifact = object({
  uri: required(uri),
  extract: orElse(bool, true),
  executable: orElse(bool, false),
  cache: orElse(bool, false),
  destPath: optional(path),
});

const ipAddress = object({
  discovery: optional(
    object({
      ports: orElse(
        list(
          object({
            number: orElse(anyPort, 0),
            name: required(legacyName),
            protocol: orElse(networkProtocol, 'tcp'),
            labels: optional(labels),
          }),
        ),
        [],
      ),
    }),
  ),
  groups: optional(set(text())),
  labels: optional(labels),
  networkName: optional(text({ minLength: 1 })),
});

const unreachableStrategy = either(
  oneOf('disabled'),
  object({
    inactiveAfterSeconds: orElse(whole({ min: 0, long: true }), 0),
    expungeAfterSeconds: orElse(whole({ min: 0, long: true }), 0),
  }),
);

const limit = either(oneOf('unlimited'), decimal());
const fraction = decimal({ min: 0, max: 1 });

/** Every member of an app that Marathon reads, in its order, old forms last. */
export const appShape = {
  id: required(pathId),
  cmd: optional(text({ minLength: 1 })),
  args: orElse(list(text()), []),
  user: optional(text()),
  instances: orElse(natural, 1),
  cpus: orElse(decimal({ min: 0.001 }), 1),
  mem: orElse(decimal({ min: 0 }), 128),
  disk: orElse(decimal({ min: 0 }), 0),
  gpus: orElse(natural, 0),
  executor: orElse(text({ pattern: /^(\/\/cmd|\/?[^/]+(\/[^/]+)*|)$/ }), ''),
  executorResources: optional(
    object({
      cpus: orElse(decimal({ min: 0.1 }), 0.1),
      mem: orElse(decimal({ min: 32 }), 32),
      disk: orElse(decimal({ min: 10 }), 10),
    }),
  ),
  resourceLimits: optional(object({ cpus: optional(limit), mem: optional(limit) })),
  constraints: orElse(set(list(text())), []),
  acceptedResourceRoles: optional(set(text())),
  role: optional(text({ minLength: 1 })),
  env: orElse(map(either(text(), object({ secret: required(text()) }))), {}),
  secrets: orElse(map(object({ source: required(text({ minLength: 1 })) })), {}),
  labels: orElse(labels, {}),
  container: optional(container),
  networks: orElse(list(network), []),
  portDefinitions: optional(list(portDefinition)),
  requirePorts: orElse(bool, false),
  fetch: orElse(list(artifact), []),
  healthChecks: orElse(set(healthCheck), []),
  check: optional(check),
  readinessChecks: orElse(list(readinessCheck), []),
  dependencies: orElse(set(text()), []),
  backoffSeconds: orElse(natural, 1),
  backoffFactor: orElse(decimal({ min: 1 }), 1.15),
  maxLaunchDelaySeconds: orElse(natural, 300),
  upgradeStrategy: optional(
    object({ minimumHealthCapacity: required(fraction), maximumOverCapacity: required(fraction) }),
  ),
  unreachableStrategy: optional(unreachableStrategy),
  killSelection: orElse(oneOf('YOUNGEST_FIRST', 'OLDEST_FIRST'), 'YOUNGEST_FIRST'),
  taskKillGracePeriodSeconds: optional(natural),
  tty: optional(bool),
  version: optional(timestamp),
  residency: optional(
    object({
      relaunchEscalationTimeoutSeconds: orElse(whole({ min: 0, long: true }), 3600),
      taskLostBehavior: orElse(oneOf('WAIT_FOREVER', 'RELAUNCH_AFTER_TIMEOUT'), 'WAIT_FOREVER'),
    }),
  ),
  /** Old form of `networks`. */
  ipAddress: optional(ipAddress),
  /** Old form of `portDefinitions`. */
  ports: optional(list(anyPort)),
  /** Old form of `fetch`. */
  uris: optional(list(uri)),
};

/** Body of POST, and an app inside of a group. */
export const app = object(appShape);
/** Body of PUT and PATCH. */
export const appUpdate = partialObject(appShape);

/** An app as it was given, with the defaults of single members. */
export type RawApp = Read<typeof appShape>;
/** An update as it was given, without any defaults. */
export type RawUpdate = ReadPartial<typeof appShape>;
/** A network as it was given. */
export type RawNetwork = RawApp['networks'][number];
