import type { Interaction } from '../pact.ts';
import { parsePact } from '../parse-pact.ts';
import { readHeader } from './match-headers.ts';
import { readValues } from './match-values.ts';
import type { ReceivedRequest } from './received-request.ts';

/** The first interaction of a pact around a request, as version 3 writes it unless `version` says otherwise. */
export function interactionWith(request: object, version = '3.0.0'): Interaction {
  const pact = {
    consumer: { name: 'a' },
    provider: { name: 'b' },
    interactions: [{ description: 'd', request: { method: 'GET', path: '/', ...request }, response: {} }],
    metadata: { pactSpecification: { version } },
  };
  const [interaction] = parsePact(JSON.stringify(pact), 'a-b.json').interactions;
  if (interaction === undefined) throw new Error('no interaction');
  return interaction;
}

/** A request as the stub's server would hand it on. */
export function received(request: {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}): ReceivedRequest {
  const lines = Object.entries(request.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), [value].flat()] as const,
  );
  const bytes = Buffer.from(request.body ?? '');
  return {
    method: request.method ?? 'GET',
    path: request.path ?? '/',
    query: Object.fromEntries(readValues(request.query ?? '')),
    headers: Object.fromEntries(lines.map(([name, values]) => [name, values.join(', ')])),
    headerValues: new Map(
      lines.map(([name, values]) => [name, values.flatMap((line) => readHeader(name, line))]),
    ),
    body: bytes.toString(),
    bytes,
  };
}
