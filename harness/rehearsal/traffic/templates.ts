import type { ServiceConfig } from '../../config/index.ts';
import type { RehearsalRequest } from '../request.ts';
import { requestsOfPacts } from './pact-requests.ts';
import { healthRequest, type RequestTemplate } from './template.ts';

/** What is sent to the services besides journeys: what their consumers agreed on, and for the others what their checks ask. */
export function templatesFor({ services, pacts }: RehearsalRequest): readonly RequestTemplate[] {
  const agreed = requestsOfPacts(pacts);
  const asked = new Set(agreed.map(({ service }) => service));
  return services.flatMap(({ service }) =>
    asked.has(service.name)
      ? agreed.filter((template) => template.service === service.name)
      : pathsOf(service).map((path) => healthRequest(service.name, path)),
  );
}

/** Of a service that says nothing about itself, its first page: whatever it answers without an error will do. */
function pathsOf(service: ServiceConfig): readonly string[] {
  const checked = checkPaths(service).map(({ path }) => path);
  return checked.length > 0 || service.kind === 'worker' || service.exempt.traffic !== undefined
    ? checked
    : ['/'];
}

/** What each service's health check asks. */
export function liveRequests({ services }: RehearsalRequest): readonly RequestTemplate[] {
  return services.flatMap(({ service }) => {
    const live = checkPaths(service).find(({ kind }) => kind === 'live');
    return live === undefined ? [] : [healthRequest(service.name, live.path)];
  });
}

/** Paths of the definition's HTTP health and readiness checks. */
export function checkPaths({
  definition,
}: Pick<ServiceConfig, 'definition'>): readonly { readonly kind: 'live' | 'ready'; readonly path: string }[] {
  const pathsOf = (checks: unknown): readonly string[] =>
    Array.isArray(checks)
      ? checks.flatMap(({ path, protocol }: { path?: unknown; protocol?: unknown }) =>
          typeof path === 'string' && /HTTP$/.test(String(protocol ?? 'HTTP')) ? [path] : [],
        )
      : [];
  return [
    ...pathsOf(definition.healthChecks).map((path) => ({ kind: 'live' as const, path })),
    ...pathsOf(definition.readinessChecks).map((path) => ({ kind: 'ready' as const, path })),
  ];
}
