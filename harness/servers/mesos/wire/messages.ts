/** The messages that arrive inside calls, field by field. Source: `include/mesos/v1/mesos.proto` of Mesos 1.12. */
import type {
  CheckInfo,
  CommandInfo,
  CommandUri,
  ContainerInfo,
  DiscoveryInfo,
  DiskInfo,
  DurationInfo,
  Environment,
  ExecutorInfo,
  Filters,
  FrameworkInfo,
  HealthCheck,
  KillPolicy,
  Labels,
  NetworkInfo,
  OfferFilter,
  PortMapping,
  Range,
  Resource,
  TaskInfo,
  Value,
  Volume,
} from '../v1.ts';
import { list, map, message, oneOf, optional, repeated, required } from './schema.ts';

type Element<T> = T extends readonly (infer E)[] ? E : never;

/** FrameworkID, AgentID, OfferID, TaskID, ExecutorID: one required string. */
export const id = message<Value<string>>('Id', { value: required('string') });

export const duration = message<DurationInfo>('DurationInfo', { nanoseconds: required('int64') });

const label = message<Element<Labels['labels']>>('Label', {
  key: required('string'),
  value: optional('string'),
});
export const labels = message<Labels>('Labels', { labels: list(label) });

export const scalar = message<Value<number>>('Scalar', { value: required('double') });
const limit = message<Value<number | 'Infinity'>>('Scalar', { value: required('limit') });
export const range = message<Range>('Range', { begin: required('int'), end: required('int') });
const ranges = message<NonNullable<Resource['ranges']>>('Ranges', { range: list(range) });
const set = message<NonNullable<Resource['set']>>('Set', { item: list('string') });

const allocationInfo = message<NonNullable<Resource['allocation_info']>>('AllocationInfo', {
  role: optional('string'),
});

const reservation = message<Element<NonNullable<Resource['reservations']>>>('ReservationInfo', {
  type: optional(oneOf('UNKNOWN', 'STATIC', 'DYNAMIC')),
  role: optional('string'),
  principal: optional('string'),
  labels: optional(labels),
});

const disk = message<DiskInfo>('DiskInfo', {
  persistence: optional(
    message<NonNullable<DiskInfo['persistence']>>('Persistence', {
      id: required('string'),
      principal: optional('string'),
    }),
  ),
  volume: optional(
    message<NonNullable<DiskInfo['volume']>>('Volume', {
      mode: required(oneOf('RW', 'RO')),
      container_path: required('string'),
      host_path: optional('string'),
    }),
  ),
  source: optional('object'),
});

export const resource = message<Resource>('Resource', {
  provider_id: optional(id),
  name: required('string'),
  type: required(oneOf('SCALAR', 'RANGES', 'SET', 'TEXT')),
  scalar: optional(scalar),
  ranges: optional(ranges),
  set: optional(set),
  role: optional('string'),
  allocation_info: optional(allocationInfo),
  reservation: optional(reservation),
  reservations: repeated(reservation),
  disk: optional(disk),
  revocable: optional('object'),
  shared: optional('object'),
});

const variable = message<Element<Environment['variables']>>('Variable', {
  name: required('string'),
  type: optional(oneOf('UNKNOWN', 'VALUE', 'SECRET')),
  value: optional('string'),
  secret: optional('object'),
});
const environment = message<Environment>('Environment', { variables: list(variable) });

const uri = message<CommandUri>('URI', {
  value: required('string'),
  executable: optional('bool'),
  extract: optional('bool'),
  cache: optional('bool'),
  output_file: optional('string'),
});

export const command = message<CommandInfo>('CommandInfo', {
  uris: repeated(uri),
  environment: optional(environment),
  shell: optional('bool'),
  value: optional('string'),
  arguments: repeated('string'),
  user: optional('string'),
});

export const killPolicy = message<KillPolicy>('KillPolicy', {
  grace_period: optional(duration),
});

const checkType = oneOf('UNKNOWN', 'COMMAND', 'HTTP', 'TCP');
const protocol = oneOf('IPv4', 'IPv6');
const timing = {
  delay_seconds: optional('double'),
  interval_seconds: optional('double'),
  timeout_seconds: optional('double'),
};

const check = message<CheckInfo>('CheckInfo', {
  ...timing,
  type: optional(checkType),
  command: optional(message<NonNullable<CheckInfo['command']>>('Command', { command: required(command) })),
  http: optional(
    message<NonNullable<CheckInfo['http']>>('Http', { port: required('int'), path: optional('string') }),
  ),
  tcp: optional(message<NonNullable<CheckInfo['tcp']>>('Tcp', { port: required('int') })),
});

const healthCheck = message<HealthCheck>('HealthCheck', {
  ...timing,
  type: optional(checkType),
  consecutive_failures: optional('int'),
  grace_period_seconds: optional('double'),
  command: optional(command),
  http: optional(
    message<NonNullable<HealthCheck['http']>>('HTTPCheckInfo', {
      protocol: optional(protocol),
      scheme: optional('string'),
      port: required('int'),
      path: optional('string'),
      statuses: repeated('int'),
    }),
  ),
  tcp: optional(
    message<NonNullable<HealthCheck['tcp']>>('TCPCheckInfo', {
      protocol: optional(protocol),
      port: required('int'),
    }),
  ),
});

const portMapping = message<PortMapping>('PortMapping', {
  host_port: required('int'),
  container_port: required('int'),
  protocol: optional('string'),
});

const networkInfo = message<NetworkInfo>('NetworkInfo', {
  name: optional('string'),
  groups: repeated('string'),
  ip_addresses: repeated(
    message<Element<NonNullable<NetworkInfo['ip_addresses']>>>('IPAddress', {
      protocol: optional(protocol),
      ip_address: optional('string'),
    }),
  ),
  port_mappings: repeated(portMapping),
  labels: optional(labels),
});

const parameter = message<{ readonly key: string; readonly value: string }>('Parameter', {
  key: required('string'),
  value: required('string'),
});

const volume = message<Volume>('Volume', {
  mode: required(oneOf('RW', 'RO')),
  container_path: required('string'),
  host_path: optional('string'),
  image: optional('object'),
  source: optional('object'),
});

const container = message<ContainerInfo>('ContainerInfo', {
  type: required(oneOf('DOCKER', 'MESOS')),
  hostname: optional('string'),
  volumes: repeated(volume),
  network_infos: repeated(networkInfo),
  docker: optional(
    message<NonNullable<ContainerInfo['docker']>>('DockerInfo', {
      image: required('string'),
      network: optional(oneOf('HOST', 'BRIDGE', 'NONE', 'USER')),
      port_mappings: repeated(portMapping),
      privileged: optional('bool'),
      parameters: repeated(parameter),
      force_pull_image: optional('bool'),
      volume_driver: optional('string'),
    }),
  ),
  mesos: optional('object'),
  linux_info: optional('object'),
  rlimit_info: optional('object'),
  tty_info: optional('object'),
});

type Ports = NonNullable<DiscoveryInfo['ports']>;
const visibility = oneOf('FRAMEWORK', 'CLUSTER', 'EXTERNAL');

const discovery = message<DiscoveryInfo>('DiscoveryInfo', {
  visibility: required(visibility),
  name: optional('string'),
  environment: optional('string'),
  location: optional('string'),
  version: optional('string'),
  ports: optional(
    message<Ports>('Ports', {
      ports: repeated(
        message<Element<Ports['ports']>>('Port', {
          number: required('int'),
          name: optional('string'),
          protocol: optional('string'),
          visibility: optional(visibility),
          labels: optional(labels),
        }),
      ),
    }),
  ),
  labels: optional(labels),
});

export const executorInfo = message<ExecutorInfo>('ExecutorInfo', {
  type: optional(oneOf('UNKNOWN', 'DEFAULT', 'CUSTOM')),
  executor_id: required(id),
  framework_id: optional(id),
  command: optional(command),
  container: optional(container),
  resources: repeated(resource),
  name: optional('string'),
  source: optional('string'),
  data: optional('bytes'),
  discovery: optional(discovery),
  shutdown_grace_period: optional(duration),
  labels: optional(labels),
});

export const taskInfo = message<TaskInfo>('TaskInfo', {
  name: required('string'),
  task_id: required(id),
  agent_id: required(id),
  resources: list(resource),
  executor: optional(executorInfo),
  command: optional(command),
  container: optional(container),
  health_check: optional(healthCheck),
  check: optional(check),
  kill_policy: optional(killPolicy),
  data: optional('bytes'),
  labels: optional(labels),
  discovery: optional(discovery),
  max_completion_time: optional(duration),
  limits: map(limit),
});

type MinAllocatable = NonNullable<OfferFilter['min_allocatable_resources']>;

const offerFilter = message<OfferFilter>('OfferFilters', {
  min_allocatable_resources: optional(
    message<MinAllocatable>('MinAllocatableResources', {
      quantities: repeated(
        message<Element<NonNullable<MinAllocatable['quantities']>>>('ResourceQuantities', {
          quantities: map(scalar),
        }),
      ),
    }),
  ),
});

export const frameworkInfo = message<FrameworkInfo>('FrameworkInfo', {
  user: required('string'),
  name: required('string'),
  id: optional(id),
  failover_timeout: optional('double'),
  checkpoint: optional('bool'),
  role: optional('string'),
  roles: repeated('string'),
  hostname: optional('string'),
  principal: optional('string'),
  webui_url: optional('string'),
  capabilities: repeated(
    message<Element<NonNullable<FrameworkInfo['capabilities']>>>('Capability', {
      type: optional(
        oneOf(
          'UNKNOWN',
          'REVOCABLE_RESOURCES',
          'TASK_KILLING_STATE',
          'GPU_RESOURCES',
          'SHARED_RESOURCES',
          'PARTITION_AWARE',
          'MULTI_ROLE',
          'RESERVATION_REFINEMENT',
          'REGION_AWARE',
        ),
      ),
    }),
  ),
  labels: optional(labels),
  offer_filters: map(offerFilter),
});

export const filters = message<Filters>('Filters', { refuse_seconds: optional('double') });
