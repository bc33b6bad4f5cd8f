import { randomUUID } from 'node:crypto';
import type { OutgoingRequest } from './client.ts';

/** More of a service's requests tell nothing new. */
const mostKinds = 4;
const ids = /[0-9a-f]{8}-[0-9a-f-]{27}|\d+|[A-Z]-[0-9A-F-]{36}/gi;

/** The last request of each kind that a service was really sent, to ask it the same again. */
export class RequestSamples {
  readonly #byService = new Map<string, Map<string, OutgoingRequest>>();

  add(service: string, request: OutgoingRequest): void {
    const kinds = this.#byService.get(service) ?? new Map<string, OutgoingRequest>();
    this.#byService.set(service, kinds);
    const [path = ''] = request.path.split('?');
    kinds.set(`${request.method} ${path.replaceAll(ids, ':id')}`, { ...request, holdBodyMs: 0 });
  }

  /** The bodies of all. */
  bodies(): readonly string[] {
    return [...this.#byService.values()].flatMap((kinds) =>
      [...kinds.values()].flatMap(({ body }) => body ?? []),
    );
  }

  /** By kind, those that change something first: they call the most. */
  of(service: string): readonly { readonly label: string; readonly request: OutgoingRequest }[] {
    return [...(this.#byService.get(service) ?? [])]
      .toSorted(([a], [b]) => Number(a.startsWith('GET')) - Number(b.startsWith('GET')))
      .slice(0, mostKinds)
      .map(([label, request]) => ({ label, request: withFreshKey(request) }));
  }
}

/** With the same key it would only say again what it said. */
function withFreshKey(request: OutgoingRequest): OutgoingRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      name.toLowerCase().includes('idempotency') ? randomUUID() : value,
    ]),
  );
  const body =
    request.body?.replace(/("[^"]*idempotency[^"]*"\s*:\s*")[^"]*"/i, `$1${randomUUID()}"`) ?? null;
  return { ...request, headers, body };
}
