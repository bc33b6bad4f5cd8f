/** What may be set on a master; the names on the wire are those of Mesos' own flags. */
export interface MasterFlags {
  readonly allocationIntervalMs: number;
  readonly heartbeatIntervalMs: number;
  /** Offers are rescinded after this long; null: never. */
  readonly offerTimeoutMs: number | null;
  readonly agentPingTimeoutMs: number;
  readonly maxAgentPingTimeouts: number;
  readonly agentReregisterTimeoutMs: number;
  readonly rootSubmissions: boolean;
  readonly maxCompletedFrameworks: number;
  readonly maxCompletedTasksPerFramework: number;
  readonly maxUnreachableTasksPerFramework: number;
  readonly cluster?: string;
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number;
  /** What may wait for one subscriber that does not read, in bytes; beyond it the stream is cut. */
  readonly maxBacklogBytes: number;
  readonly workDir: string;
  readonly authenticate: boolean;
  /** Order in which agents are visited; a seeded one makes runs repeatable. */
  readonly random?: () => number;
}

export const defaultFlags: MasterFlags = {
  allocationIntervalMs: 1000,
  heartbeatIntervalMs: 15_000,
  offerTimeoutMs: null,
  agentPingTimeoutMs: 15_000,
  maxAgentPingTimeouts: 5,
  agentReregisterTimeoutMs: 600_000,
  rootSubmissions: true,
  maxCompletedFrameworks: 50,
  maxCompletedTasksPerFramework: 1000,
  maxUnreachableTasksPerFramework: 1000,
  maxBodyBytes: 8 * 1024 * 1024,
  maxBacklogBytes: 64 * 1024 * 1024,
  workDir: '',
  authenticate: false,
};

/** The flags as `/flags` and `/state` show them: Mesos' names, all values strings. */
export function flagsOnWire(
  flags: MasterFlags,
  address: { ip: string; port: number },
): Record<string, string> {
  return {
    agent_ping_timeout: `${flags.agentPingTimeoutMs / 1000}secs`,
    agent_reregister_timeout: `${flags.agentReregisterTimeoutMs / 1000}secs`,
    allocation_interval: `${flags.allocationIntervalMs / 1000}secs`,
    allocator: 'hierarchical',
    authenticate_agents: 'false',
    authenticate_frameworks: 'false',
    authenticate_http_frameworks: String(flags.authenticate),
    authenticate_http_readonly: String(flags.authenticate),
    authenticate_http_readwrite: String(flags.authenticate),
    authenticators: 'crammd5',
    authorizers: 'local',
    ...(flags.cluster === undefined ? {} : { cluster: flags.cluster }),
    filter_gpu_resources: 'true',
    framework_sorter: 'drf',
    help: 'false',
    hostname_lookup: 'true',
    http_framework_authenticators: 'basic',
    ip: address.ip,
    log_auto_initialize: 'true',
    logbufsecs: '0',
    logging_level: 'INFO',
    max_agent_ping_timeouts: String(flags.maxAgentPingTimeouts),
    max_completed_frameworks: String(flags.maxCompletedFrameworks),
    max_completed_tasks_per_framework: String(flags.maxCompletedTasksPerFramework),
    max_unreachable_tasks_per_framework: String(flags.maxUnreachableTasksPerFramework),
    min_allocatable_resources: 'cpus:0.01|mem:32',
    ...(flags.offerTimeoutMs === null ? {} : { offer_timeout: `${flags.offerTimeoutMs / 1000}secs` }),
    port: String(address.port),
    publish_per_framework_metrics: 'true',
    quiet: 'false',
    recovery_agent_removal_limit: '100%',
    registry: 'in_memory',
    registry_fetch_timeout: '1mins',
    registry_store_timeout: '20secs',
    role_sorter: 'drf',
    root_submissions: String(flags.rootSubmissions),
    user_sorter: 'drf',
    version: 'false',
    webui_dir: '',
    work_dir: flags.workDir,
    zk_session_timeout: '10secs',
  };
}
