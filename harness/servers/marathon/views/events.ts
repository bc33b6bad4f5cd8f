import type { HealthCheck, PathId, Timestamp } from '../definition/index.ts';
import type { Condition } from './instance.ts';

interface Plan {
  readonly id: string;
  readonly version: Timestamp;
  readonly steps: readonly Step[];
}

interface Step {
  readonly actions: readonly unknown[];
}

type Event<Type extends string, Members = unknown> = {
  readonly eventType: Type;
  readonly timestamp: Timestamp;
} & Members;

/** Everything that `/v2/events` sends, with exactly these members: clients fail on others. */
export type MarathonEvent =
  | Event<
      'api_post_event',
      { readonly clientIp: string; readonly uri: string; readonly appDefinition: unknown }
    >
  | Event<'event_stream_attached' | 'event_stream_detached', { readonly remoteAddress: string }>
  | Event<
      'status_update_event',
      {
        readonly slaveId: string;
        readonly taskId: string;
        readonly taskStatus: string;
        readonly message: string;
        readonly appId: PathId;
        readonly host: string;
        readonly ipAddresses: readonly { readonly ipAddress: string; readonly protocol: string }[];
        readonly ports: readonly number[];
        readonly version: Timestamp;
      }
    >
  | Event<
      'instance_changed_event',
      {
        readonly instanceId: string;
        readonly condition: Condition;
        readonly runSpecId: PathId;
        readonly agentId: string | null;
        readonly host: string | null;
        readonly runSpecVersion: Timestamp;
      }
    >
  | Event<
      'instance_health_changed_event',
      {
        readonly instanceId: string;
        readonly runSpecId: PathId;
        readonly healthy: boolean | null;
        readonly runSpecVersion: Timestamp;
      }
    >
  | Event<
      'unknown_instance_terminated_event',
      { readonly instanceId: string; readonly runSpecId: PathId; readonly condition: Condition }
    >
  | Event<'app_terminated_event', { readonly appId: PathId }>
  | Event<
      'add_health_check_event',
      { readonly appId: PathId; readonly healthCheck: HealthCheck; readonly version: Timestamp }
    >
  | Event<'remove_health_check_event', { readonly appId: PathId }>
  | Event<
      'failed_health_check_event',
      /** `taskId` holds the instance id. */
      { readonly appId: PathId; readonly healthCheck: HealthCheck; readonly taskId: string }
    >
  | Event<
      'health_status_changed_event',
      {
        readonly appId: PathId;
        readonly instanceId: string;
        readonly version: Timestamp;
        readonly alive: boolean;
      }
    >
  | Event<
      'unhealthy_instance_kill_event',
      {
        readonly appId: PathId;
        readonly taskId: string;
        readonly instanceId: string;
        readonly version: Timestamp;
        readonly reason: string;
        readonly host: string;
        readonly slaveId?: string;
      }
    >
  | Event<'group_change_success', { readonly groupId: PathId; readonly version: Timestamp }>
  | Event<
      'group_change_failed',
      { readonly groupId: PathId; readonly version: Timestamp; readonly reason: string }
    >
  | Event<
      'deployment_info' | 'deployment_step_success' | 'deployment_step_failure',
      { readonly plan: Plan; readonly currentStep: Step }
    >
  | Event<'deployment_success', { readonly id: string; readonly plan: Plan }>
  | Event<'deployment_failed', { readonly id: string; readonly plan: Plan; readonly reason: string }>
  | Event<'scheduler_registered_event', { readonly frameworkId: string; readonly master: string }>
  | Event<'scheduler_reregistered_event', { readonly master: string }>
  | Event<'scheduler_disconnected_event'>
  | Event<
      'framework_message_event',
      { readonly executorId: string; readonly slaveId: string; readonly message: readonly number[] }
    >;
