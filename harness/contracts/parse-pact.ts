import { z } from 'zod';
import { StagegateError } from '../model/index.ts';
import { readMatchingRules } from './matching-rules.ts';
import type {
  Body,
  ExampleResponse,
  ExpectedRequest,
  Interaction,
  Pact,
  PactMessage,
  ProviderState,
} from './pact.ts';

const participant = z.looseObject({ name: z.string().min(1) });
const rules = z.record(z.string(), z.unknown()).optional();
const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional();
const states = {
  providerState: z.string().nullish(),
  provider_state: z.string().nullish(),
  providerStates: z
    .array(z.looseObject({ name: z.string(), params: z.record(z.string(), z.unknown()).nullish() }))
    .optional(),
};
const requestSchema = z.looseObject({
  method: z.string().min(1),
  path: z.string().min(1),
  query: z.union([z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))]).nullish(),
  headers,
  body: z.unknown().optional(),
  matchingRules: rules,
});
const responseSchema = z.looseObject({
  status: z.number().int().min(100).max(599).default(200),
  headers,
  body: z.unknown().optional(),
});
const message = { contents: z.unknown().optional(), matchingRules: rules };
const interactionSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string(),
  ...states,
  ...message,
  request: requestSchema.optional(),
  response: responseSchema.optional(),
});
const pactSchema = z.looseObject({
  consumer: participant,
  provider: participant,
  interactions: z.array(interactionSchema).optional(),
  messages: z.array(z.looseObject({ description: z.string(), ...states, ...message })).optional(),
});

type WrittenInteraction = z.infer<typeof interactionSchema>;
type WrittenBody = z.infer<typeof requestSchema>['body'];
type Headers = z.infer<typeof headers>;

/**
 * Reads one pact of specification version 2, 3 or 4.
 * @throws `SG_PACT_INVALID` with one problem per key that is wrong, each naming file and key.
 */
export function parsePact(text: string, file: string): Pact {
  const parsed = pactSchema.safeParse(parseJson(text, file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${file}: ${keyOf(issue.path)}: ${issue.message}`);
    throw new StagegateError('SG_PACT_INVALID', `${file} is not a pact: ${problems[0]}`, { problems });
  }
  const { consumer, provider, interactions = [], messages = [] } = parsed.data;
  if (interactions.length + messages.length === 0) {
    const problem = `${file}: interactions: the pact holds no interaction and no message, so it proves nothing`;
    throw new StagegateError('SG_PACT_INVALID', problem, { problems: [problem] });
  }
  const isMessage = (one: WrittenInteraction): boolean => one.type?.includes('Messages') ?? false;
  return {
    consumer: consumer.name,
    provider: provider.name,
    interactions: interactions
      .filter((one) => !isMessage(one))
      .map((one, index) => toInteraction(one, index, file)),
    messages: [...messages, ...interactions.filter(isMessage)].map(toMessage),
    file,
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = `${file}: not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new StagegateError('SG_PACT_INVALID', problem, { cause, problems: [problem] });
  }
}

function keyOf(path: readonly PropertyKey[]): string {
  const written = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return written.replace(/^\./, '') || 'the file';
}

function toInteraction(written: WrittenInteraction, index: number, file: string): Interaction {
  const { request, response } = written;
  if (request === undefined || response === undefined) {
    const missing = request === undefined ? 'request' : 'response';
    const problem = `${file}: interactions[${index}].${missing}: missing`;
    throw new StagegateError('SG_PACT_INVALID', problem, { problems: [problem] });
  }
  return {
    description: written.description,
    states: statesIn(written),
    request: toRequest(request),
    response: toResponse(response),
  };
}

function toMessage(
  written: Pick<WrittenInteraction, 'description' | keyof typeof states | keyof typeof message>,
): PactMessage {
  return {
    description: written.description,
    states: statesIn(written),
    contents: toBody(written.contents, {}),
    rules: readMatchingRules(written.matchingRules),
  };
}

function toRequest(written: z.infer<typeof requestSchema>): ExpectedRequest {
  const named = lists(written.headers);
  return {
    method: written.method.toUpperCase(),
    path: written.path,
    query:
      typeof written.query === 'string' ? fromQueryString(written.query) : lists(written.query ?? undefined),
    headers: named,
    body: toBody(written.body, named),
    rules: readMatchingRules(written.matchingRules),
  };
}

function toResponse(written: z.infer<typeof responseSchema>): ExampleResponse {
  const named = lists(written.headers);
  return { status: written.status, headers: named, body: toBody(written.body, named) };
}

/** Version 4 wraps a body in `{content, contentType, encoded}`; the earlier ones write it as it is. */
function toBody(written: WrittenBody, named: Readonly<Record<string, readonly string[]>>): Body {
  if (written === undefined || written === null) return { kind: 'absent' };
  const header = Object.entries(named).find(([name]) => name.toLowerCase() === 'content-type')?.[1][0];
  const wrapped = versionFourBody(written);
  if (wrapped === undefined) return bodyOf(written, header ?? 'application/json');
  if (wrapped.content === undefined || wrapped.content === null) return { kind: 'absent' };
  const contentType = wrapped.contentType ?? header ?? 'application/json';
  const decoded =
    wrapped.encoded === 'base64' && typeof wrapped.content === 'string'
      ? Buffer.from(wrapped.content, 'base64').toString('utf8')
      : wrapped.content;
  // JSON content that version 4 keeps as a string was encoded once more.
  const json = wrapped.encoded === 'JSON' && typeof decoded === 'string' ? JSON.parse(decoded) : decoded;
  return bodyOf(json, contentType);
}

interface WrappedBody {
  readonly content: unknown;
  readonly contentType?: string;
  readonly encoded?: string | boolean;
}

function versionFourBody(written: unknown): WrappedBody | undefined {
  if (typeof written !== 'object' || written === null || !('content' in written)) return undefined;
  return 'contentType' in written || 'encoded' in written ? (written as WrappedBody) : undefined;
}

function bodyOf(value: unknown, contentType: string): Body {
  if (contentType.includes('json')) return { kind: 'json', value, contentType };
  return { kind: 'text', text: typeof value === 'string' ? value : JSON.stringify(value), contentType };
}

function statesIn(written: Pick<WrittenInteraction, keyof typeof states>): ProviderState[] {
  const single = written.providerState ?? written.provider_state;
  if (written.providerStates === undefined) return single ? [{ name: single, params: {} }] : [];
  return written.providerStates.map((state) => ({ name: state.name, params: state.params ?? {} }));
}

function lists(written: Headers): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(written ?? {}).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
  );
}

function fromQueryString(query: string): Record<string, readonly string[]> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));
}
