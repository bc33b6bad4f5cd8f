import { isDeepStrictEqual } from 'node:util';
import type { AppDefinition } from './types.ts';

/** Whether two definitions agree in everything but version and version info. */
export function hasSameDefinition(a: AppDefinition, b: AppDefinition): boolean {
  return a === b || (a.instances === b.instances && isDeepStrictEqual(configOf(a), configOf(b)));
}

/** Whether nothing but the number of instances differs, and that does. */
export function hasOnlyScaled(a: AppDefinition, b: AppDefinition): boolean {
  return a.instances !== b.instances && isDeepStrictEqual(configOf(a), configOf(b));
}

/** What a running task depends on. Lists that are sets in Marathon are compared as sets. */
function configOf(app: AppDefinition): object {
  const { version: _version, versionInfo: _versionInfo, instances: _instances, ...config } = app;
  return {
    ...config,
    constraints: new Set(config.constraints),
    dependencies: new Set(config.dependencies),
    acceptedResourceRoles: new Set(config.acceptedResourceRoles),
    healthChecks: new Set(config.healthChecks),
  };
}
