import type { z } from 'zod';
import { StagegateError } from '../model/index.ts';
import { type Body, readPlainBody, readWrappedBody } from './matching/body.ts';
import { type Json, parseJson, toPlain, writeJson } from './matching/json.ts';
import { readHeader } from './matching/match-headers.ts';
import { type NamedValues, readValues } from './matching/match-values.ts';
import { readMatchingRules } from './matching/rules.ts';
import type {
  ExampleResponse,
  ExpectedRequest,
  Interaction,
  Pact,
  PactMessage,
  ProviderState,
} from './pact.ts';
import {
  pactSchema,
  requestSchema,
  responseSchema,
  synchronousSchema,
  type WrittenHeaders,
  type WrittenInteraction,
  type WrittenMessage,
  type WrittenStates,
} from './pact-schema.ts';
import { readGenerators } from './read-generators.ts';

/**
 * Reads one pact of specification version 1, 2, 3 or 4. One without interactions is read too; it proves nothing.
 * @throws `SG_PACT_INVALID` with one problem per key that is wrong, each naming file and key.
 */
export function parsePact(text: string, file: string): Pact {
  const { consumer, provider, interactions, messages, ...rest } = read(
    pactSchema,
    readFileText(text, file),
    [],
    file,
  );
  const reading: Reading = { file, readBody: bodyReader(versionOf(rest)) };
  const written = interactions ?? [];
  return {
    consumer: consumer.name,
    provider: provider.name,
    interactions: written.flatMap((one, index) =>
      isMessage(one) ? [] : [toInteraction(one, index, reading)],
    ),
    messages: [
      ...(messages ?? []).map((one) => toMessage({ ...one, pending: false }, reading)),
      ...written.flatMap((one, index) => (isMessage(one) ? [toMessageOfVersion4(one, index, reading)] : [])),
    ],
    file,
  };
}

interface Reading {
  readonly file: string;
  readBody(written: unknown, headerValue: string | undefined): Body;
}

function readFileText(text: string, file: string): Json {
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const problem = `${file}: not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new StagegateError('SG_PACT_INVALID', problem, { cause, problems: [problem] });
  }
}

function read<T extends z.ZodType>(
  schema: T,
  value: unknown,
  place: readonly PropertyKey[],
  file: string,
): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${file}: ${keyOf([...place, ...issue.path])}: ${issue.message}`,
  );
  throw new StagegateError('SG_PACT_INVALID', `${file} is not a pact: ${problems[0]}`, { problems });
}

function keyOf(path: readonly PropertyKey[]): string {
  const written = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return written.replace(/^\./, '') || 'the file';
}

/** Version 4 wraps bodies; of a pact that names no version, the body itself tells. */
function bodyReader(version: number): Reading['readBody'] {
  if (version > 0) return version >= 4 ? readWrappedBody : readPlainBody;
  const isWrapped = (body: unknown): boolean =>
    typeof body === 'object' &&
    body !== null &&
    'content' in body &&
    ('contentType' in body || 'encoded' in body);
  return (body, header) => (isWrapped(body) ? readWrappedBody(body, header) : readPlainBody(body, header));
}

function versionOf({ metadata }: { readonly metadata?: unknown }): number {
  const said = JSON.stringify(toPlain((metadata ?? null) as Json));
  return Number(/"pact-?specification(?:Version)?":(?:\{"version":)?"(\d+)/i.exec(said)?.[1] ?? 0);
}

function isMessage(one: WrittenInteraction): boolean {
  return one.type?.includes('Messages') ?? false;
}

function toInteraction(written: WrittenInteraction, index: number, reading: Reading): Interaction {
  const place = ['interactions', index] as const;
  for (const part of ['request', 'response'] as const) {
    if (written[part] !== undefined) continue;
    const problem = `${reading.file}: interactions[${index}].${part}: missing`;
    throw new StagegateError('SG_PACT_INVALID', problem, { problems: [problem] });
  }
  const typed = written.type === undefined ? reading : { ...reading, readBody: readWrappedBody };
  return {
    description: written.description,
    states: statesIn(written),
    pending: written.pending ?? false,
    request: toRequest(read(requestSchema, written.request, [...place, 'request'], reading.file), typed),
    response: toResponse(read(responseSchema, written.response, [...place, 'response'], reading.file), typed),
  };
}

function toRequest(written: z.infer<typeof requestSchema>, { readBody }: Reading): ExpectedRequest {
  const headers = headersIn(written.headers);
  return {
    method: written.method.toUpperCase(),
    path: written.path,
    query: typeof written.query === 'string' ? readValues(written.query) : queryIn(written.query ?? {}),
    headers,
    body: readBody(written.body, contentTypeIn(headers)),
    rules: readMatchingRules(written.matchingRules ?? written.requestMatchingRules),
  };
}

function toResponse(written: z.infer<typeof responseSchema>, { readBody }: Reading): ExampleResponse {
  const headers = headersIn(written.headers);
  return {
    status: written.status,
    headers,
    body: readBody(written.body, contentTypeIn(headers)),
    generators: readGenerators(toPlain((written.generators ?? {}) as Json)),
  };
}

function toMessage(
  written: WrittenMessage & { readonly pending: boolean },
  { readBody }: Reading,
): PactMessage {
  const metadata = toPlain((written.metadata ?? {}) as Json) as Record<string, unknown>;
  const said = metadata.contentType ?? metadata['content-type'] ?? metadata['Content-Type'];
  return {
    kind: 'asynchronous',
    description: written.description,
    states: statesIn(written),
    pending: written.pending,
    contents: readBody(written.contents, typeof said === 'string' ? said : undefined),
    metadata,
    rules: readMatchingRules(written.matchingRules),
    reply: { kind: 'missing' },
  };
}

function toMessageOfVersion4(written: WrittenInteraction, index: number, reading: Reading): PactMessage {
  const { pending = false, description } = written;
  const wrapped = { ...reading, readBody: readWrappedBody };
  if (!written.type?.startsWith('Synchronous')) return toMessage({ ...written, pending }, wrapped);
  const { request, response } = read(synchronousSchema, written, ['interactions', index], reading.file);
  const [first] = [response ?? []].flat();
  const sent = toMessage({ ...written, ...request, description, pending }, wrapped);
  const reply =
    first === undefined ? sent.reply : toMessage({ ...first, description, pending }, wrapped).contents;
  return { ...sent, kind: 'synchronous', reply };
}

function statesIn(written: WrittenStates): ProviderState[] {
  const single = written.providerState ?? written.provider_state;
  if (!written.providerStates) return single ? [{ name: single, params: {} }] : [];
  return written.providerStates.map((state) => ({
    name: state.name,
    params: toPlain((state.params ?? {}) as Json) as Record<string, unknown>,
  }));
}

function headersIn(written: WrittenHeaders): NamedValues {
  return new Map(
    Object.entries(written ?? {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(asText) : readHeader(name, asText(value)),
    ]),
  );
}

function queryIn(written: Readonly<Record<string, unknown>>): NamedValues {
  return new Map(
    Object.entries(written).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).map(asText),
    ]),
  );
}

function contentTypeIn(headers: NamedValues): string | undefined {
  return [...headers].find(([name]) => name.toLowerCase() === 'content-type')?.[1][0];
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : writeJson(value as Json);
}
