import type { EventBus } from '../events/bus.ts';
import { healthOf, type Instance } from './instance.ts';
import type { InstanceChange } from './tracker.ts';

/** Announces what became of an instance: first what Mesos said, then the instance's condition, then its health. */
export function announceChange(bus: EventBus, { before, after, status }: InstanceChange): void {
  if (after === null) return;
  if (status !== undefined) {
    bus.publish({
      eventType: 'status_update_event',
      slaveId: status.agent_id?.value ?? after.agentId ?? '',
      taskId: status.task_id.value,
      taskStatus: status.state,
      message: status.message ?? '',
      appId: after.appId,
      host: after.host ?? 'unknown',
      ipAddresses: after.ipAddresses,
      ports: after.hostPorts,
      version: after.version,
    });
  }
  if (before === null || before.condition !== after.condition || before.goal !== after.goal) {
    bus.publish({
      eventType: 'instance_changed_event',
      instanceId: after.instanceId,
      condition: after.condition,
      runSpecId: after.appId,
      agentId: after.agentId ?? null,
      host: after.host ?? null,
      runSpecVersion: after.version,
    });
  }
  const healthy = healthOf(after);
  if (healthy !== healthBefore(before)) {
    bus.publish({
      eventType: 'instance_health_changed_event',
      instanceId: after.instanceId,
      runSpecId: after.appId,
      healthy,
      runSpecVersion: after.version,
    });
  }
}

function healthBefore(before: Instance | null): boolean | null {
  return before === null ? null : healthOf(before);
}
