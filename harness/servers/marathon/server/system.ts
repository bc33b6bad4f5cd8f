import type { Engine } from '../engine.ts';
import { json, type Reply } from './reply.ts';
import type { ApiRequest } from './request.ts';

/** Clients parse and compare it: the version whose behaviour this server has. */
const version = '1.11.24';

export interface ServerIdentity {
  readonly host: string;
  readonly port: number;
  readonly frameworkName: string;
  readonly masterUrl: URL;
}

/** GET /ping */
export function ping({ raw }: ApiRequest): Reply {
  const accept = raw.headers.accept ?? '*/*';
  const takesOnlyJson = accept.includes('application/json') && !/text\/|\*\/\*/.test(accept);
  if (takesOnlyJson) return json('pong');
  return { status: 200, text: 'pong', headers: { 'Content-Type': 'text/plain;charset=utf-8' } };
}

/** GET /v2/info */
export function info({ engine }: ApiRequest, identity: ServerIdentity): Reply {
  const { host, port, frameworkName, masterUrl } = identity;
  const frameworkId = engine.store.frameworkId;
  return json({
    name: frameworkName,
    version,
    buildref: 'unknown',
    elected: true,
    leader: `${host}:${port}`,
    ...(frameworkId === null ? {} : { frameworkId }),
    marathon_config: {
      access_control_allow_origin: [],
      checkpoint: true,
      decline_offer_duration: 120_000,
      default_network_name: null,
      env_vars_prefix: null,
      executor: '//cmd',
      failover_timeout: 604_800,
      features: [],
      framework_name: frameworkName,
      ha: false,
      hostname: host,
      launch_token: 100,
      launch_token_refresh_interval: 30_000,
      leader_proxy_connection_timeout_ms: 5_000,
      leader_proxy_read_timeout_ms: 10_000,
      local_port_max: 20_000,
      local_port_min: 10_000,
      master: masterUrl.href,
      max_instances_per_offer: 5,
      mesos_bridge_name: 'mesos-bridge',
      mesos_heartbeat_failure_threshold: 5,
      mesos_heartbeat_interval: 15_000,
      mesos_leader_ui_url: masterUrl.href,
      mesos_role: '*',
      mesos_user: 'root',
      min_revive_offers_interval: 5,
      offer_matching_timeout: 3_000,
      on_elected_prepare_timeout: 180_000,
      reconciliation_initial_delay: 15_000,
      reconciliation_interval: 600_000,
      scale_apps_initial_delay: 15_000,
      scale_apps_interval: 300_000,
      store_cache: true,
      task_launch_confirm_timeout: 300_000,
      task_launch_timeout: 300_000,
      task_lost_expunge_initial_delay: 300_000,
      task_lost_expunge_interval: 30_000,
      task_reservation_timeout: 20_000,
      webui_url: `http://${host}:${port}`,
    },
    zookeeper_config: {
      zk: '',
      zk_compression: false,
      zk_compression_threshold: 65_536,
      zk_connection_timeout: 10_000,
      zk_max_node_size: 1_024_000,
      zk_max_versions: 50,
      zk_session_timeout: 10_000,
      zk_timeout: 10_000,
    },
    http_config: { http_port: port, https_port: 0 },
  });
}

/** GET /metrics */
export function metrics({ engine }: ApiRequest): Reply {
  return json({
    version: '4.0.0',
    counters: {},
    gauges: gaugesOf(engine),
    histograms: {},
    meters: {},
    timers: {},
  });
}

function gaugesOf(engine: Engine): Readonly<Record<string, { readonly value: number }>> {
  const instances = [...engine.tracker.all()];
  const running = instances.filter((instance) => instance.condition === 'Running').length;
  const values = {
    'marathon.deployments.active.gauge': engine.deployments.running.length,
    'marathon.instances.running.gauge': running,
    'marathon.instances.staged.gauge': instances.length - running,
    'marathon.http.event-streams.active.gauge': engine.bus.listeners,
    'marathon.uptime.gauge.seconds': process.uptime(),
    'marathon.jvm.memory.heap.used.gauge.bytes': process.memoryUsage().heapUsed,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}
