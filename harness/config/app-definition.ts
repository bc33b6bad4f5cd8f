import { z } from 'zod';
import { keysBelow } from './schema-keys.ts';

/*
 * Marathon's app definition, as far as its shape can be told from the file alone. What Marathon itself decides, such as
 * whether an agent has a volume, is left to it. Old forms (`ports`, `uris`, `ipAddress`) are Marathon's to translate.
 */

const text = z.string().min(1);
const labels = z.record(z.string(), z.string());
const natural = z.number().int().min(0);
const port = z.number().int().min(0).max(65_535);
const protocol = z.enum(['tcp', 'udp', 'udp,tcp', 'tcp,udp']);
const portName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'use lower-case letters, digits and inner dashes, such as "http"',
  );
const fraction = z.number().min(0).max(1);

const healthCheck = z.strictObject({
  protocol: z.enum(['HTTP', 'HTTPS', 'TCP', 'COMMAND', 'MESOS_TCP', 'MESOS_HTTP', 'MESOS_HTTPS']).optional(),
  path: z.string().optional(),
  port: port.optional(),
  portIndex: natural.optional(),
  command: z.strictObject({ value: text }).optional(),
  gracePeriodSeconds: natural.optional(),
  intervalSeconds: natural.optional(),
  timeoutSeconds: z.number().int().optional(),
  maxConsecutiveFailures: natural.optional(),
  delaySeconds: natural.optional(),
  ignoreHttp1xx: z.boolean().optional(),
  ipProtocol: z.enum(['IPv4', 'IPv6']).optional(),
});

const readinessCheck = z.strictObject({
  name: text.optional(),
  protocol: z.enum(['HTTP', 'HTTPS']).optional(),
  path: text.optional(),
  portName: portName.optional(),
  intervalSeconds: natural.optional(),
  timeoutSeconds: natural.optional(),
  httpStatusCodesForReady: z.array(z.number().int().min(100).max(999)).optional(),
  preserveLastResponse: z.boolean().optional(),
});

const mapping = z.strictObject({
  containerPort: port.optional(),
  hostPort: port.optional(),
  servicePort: port.optional(),
  name: portName.optional(),
  protocol: protocol.optional(),
  labels: labels.optional(),
  networkNames: z.array(z.string()).optional(),
});

const volume = z.looseObject({
  containerPath: text.optional(),
  hostPath: z.string().optional(),
  mode: z.enum(['RO', 'RW']).optional(),
});

const container = z.strictObject({
  type: z.enum(['DOCKER', 'MESOS']).optional(),
  docker: z
    .strictObject({
      image: text.optional(),
      network: z.enum(['BRIDGE', 'HOST', 'NONE', 'USER']).optional(),
      forcePullImage: z.boolean().optional(),
      privileged: z.boolean().optional(),
      parameters: z.array(z.strictObject({ key: text, value: z.string() })).optional(),
      portMappings: z.array(mapping).nullish(),
      credential: z.looseObject({}).optional(),
      pullConfig: z.looseObject({}).optional(),
      linuxInfo: z.looseObject({}).optional(),
    })
    .optional(),
  appc: z.looseObject({}).optional(),
  volumes: z.array(volume).optional(),
  portMappings: z.array(mapping).optional(),
  linuxInfo: z.looseObject({}).optional(),
});

export const appDefinitionSchema = z.strictObject({
  id: z.string(),
  cmd: z.string().nullish(),
  args: z.array(z.string()).nullish(),
  user: z.string().nullish(),
  instances: natural.optional(),
  cpus: z.number().min(0).optional(),
  mem: z.number().min(0).optional(),
  disk: z.number().min(0).optional(),
  gpus: natural.optional(),
  executor: z.string().optional(),
  executorResources: z.looseObject({}).optional(),
  resourceLimits: z
    .strictObject({
      cpus: z.union([z.number(), z.literal('unlimited')]).optional(),
      mem: z.union([z.number(), z.literal('unlimited')]).optional(),
    })
    .optional(),
  constraints: z.array(z.array(z.string())).optional(),
  acceptedResourceRoles: z.array(z.string()).nullish(),
  role: z.string().optional(),
  env: z
    .record(
      z.string(),
      z.union([z.string(), z.strictObject({ secret: text })], 'write a text or { "secret": "name" }'),
    )
    .optional(),
  secrets: z.record(z.string(), z.strictObject({ source: text })).optional(),
  labels: labels.optional(),
  container: container.nullish(),
  networks: z
    .array(
      z.strictObject({
        mode: z.enum(['host', 'container', 'container/bridge']).optional(),
        name: text.optional(),
        labels: labels.optional(),
      }),
    )
    .optional(),
  portDefinitions: z
    .array(
      z.strictObject({
        port: port.optional(),
        protocol: protocol.optional(),
        name: portName.optional(),
        labels: labels.optional(),
      }),
    )
    .optional(),
  requirePorts: z.boolean().optional(),
  fetch: z
    .array(
      z.strictObject({
        uri: text,
        extract: z.boolean().optional(),
        executable: z.boolean().optional(),
        cache: z.boolean().optional(),
        destPath: text.optional(),
      }),
    )
    .optional(),
  healthChecks: z.array(healthCheck).optional(),
  check: z.looseObject({}).optional(),
  readinessChecks: z.array(readinessCheck).optional(),
  dependencies: z.array(z.string()).optional(),
  backoffSeconds: natural.optional(),
  backoffFactor: z.number().min(1).optional(),
  maxLaunchDelaySeconds: natural.optional(),
  upgradeStrategy: z
    .strictObject({ minimumHealthCapacity: fraction, maximumOverCapacity: fraction })
    .optional(),
  unreachableStrategy: z
    .union([
      z.literal('disabled'),
      z.strictObject({ inactiveAfterSeconds: natural.optional(), expungeAfterSeconds: natural.optional() }),
    ])
    .optional(),
  killSelection: z.enum(['YOUNGEST_FIRST', 'OLDEST_FIRST']).optional(),
  taskKillGracePeriodSeconds: natural.optional(),
  tty: z.boolean().optional(),
  residency: z.looseObject({}).optional(),
  version: z.string().optional(),
  versionInfo: z.looseObject({}).optional(),
  storeUrls: z.array(z.string()).optional(),
  ipAddress: z.looseObject({}).nullish(),
  ports: z.array(port).nullish(),
  uris: z.array(text).nullish(),
});

/** A Marathon app definition as a service's authors write it. */
export type AppDefinition = z.output<typeof appDefinitionSchema>;

export const appDefinitionKeys = keysBelow(appDefinitionSchema);
