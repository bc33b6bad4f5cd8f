import type { AppDefinition, HealthCheck, ReadinessCheck } from '../definition/index.ts';
import type { InstanceView } from './instance.ts';

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
}

/** Where Marathon's own check of this kind (HTTP, HTTPS, TCP) finds the task; undefined while that is not known. */
export function healthTarget(
  _app: AppDefinition,
  _check: HealthCheck,
  _instance: InstanceView,
): ProbeTarget | undefined {
  throw new Error('not written yet');
}

export function readinessTarget(
  _app: AppDefinition,
  _check: ReadinessCheck,
  _instance: InstanceView,
): ProbeTarget | undefined {
  throw new Error('not written yet');
}
