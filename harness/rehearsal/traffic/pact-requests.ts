import { randomUUID } from 'node:crypto';
import type { Interaction, Pact } from '../../contracts/index.ts';
import type { RequestTemplate } from './template.ts';

/**
 * What consumers send to their providers, from their pacts: without the states that the pacts speak of, so the answer may be
 * another one, but never a failure. Interactions that agree on a failure are left out.
 */
export function requestsOfPacts(pacts: readonly Pact[]): readonly RequestTemplate[] {
  const templates = pacts.flatMap((pact) =>
    pact.interactions
      .filter(({ response }) => response.status < 500)
      .flatMap((interaction) => templateOf(pact.provider, interaction)),
  );
  // Two consumers may ask the same.
  const byLabel = new Map(templates.map((template) => [`${template.service} ${template.label}`, template]));
  return [...byLabel.values()];
}

function templateOf(service: string, { description, request }: Interaction): readonly RequestTemplate[] {
  const { method, path, query, headers, body } = request;
  const parameters = [...query].flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const target = parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
  const text = body.kind === 'present' ? body.bytes.toString('utf8') : null;
  const type = text !== null && !headers.has('content-type') && !headers.has('Content-Type');
  const given: Record<string, string> = type ? { 'content-type': 'application/json' } : {};
  return [
    {
      service,
      label: `${method} ${path} (${description})`,
      make() {
        const fresh = freshIds();
        return {
          method,
          path: fresh(target),
          headers: { ...given, ...withFreshKeys(headers) },
          body: text === null ? null : fresh(text),
          holdBodyMs: 0,
        };
      },
    },
  ];
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Puts new ids in the place of a request's, the same for the same: one id asked a thousand times is one row, not traffic. */
function freshIds(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) =>
    text.replaceAll(uuid, (id) => {
      const fresh = known.get(id) ?? randomUUID();
      known.set(id, fresh);
      return fresh;
    });
}

/** The same idempotency key twice would get the earlier answer again, without any work. */
function withFreshKeys(
  headers: ReadonlyMap<string, readonly string[]>,
): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    [...headers].map(([name, values]) => {
      const lower = name.toLowerCase();
      if (lower.includes('idempotency')) return [lower, randomUUID()];
      return [lower, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
