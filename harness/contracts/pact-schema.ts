import { z } from 'zod';

const participant = z.looseObject({ name: z.string().min(1) });
const rules = z.record(z.string(), z.unknown()).optional();
const headers = z.record(z.string(), z.unknown()).nullish();
const states = {
  providerState: z.string().nullish(),
  provider_state: z.string().nullish(),
  providerStates: z
    .array(z.looseObject({ name: z.string(), params: z.record(z.string(), z.unknown()).nullish() }))
    .nullish(),
};

export const requestSchema = z.looseObject({
  method: z.string().min(1).default('GET'),
  path: z.string().default('/'),
  query: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  headers,
  body: z.unknown().optional(),
  matchingRules: rules,
  requestMatchingRules: rules,
});

export const responseSchema = z.looseObject({
  status: z.number().int().min(100).max(599).default(200),
  headers,
  body: z.unknown().optional(),
  generators: z.unknown().optional(),
});

const contents = {
  contents: z.unknown().optional(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  matchingRules: rules,
};
export const messageSchema = z.looseObject({ description: z.string(), ...states, ...contents });

export const interactionSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string(),
  pending: z.boolean().optional(),
  ...states,
  ...contents,
  request: z.unknown().optional(),
  response: z.unknown().optional(),
});

export const pactSchema = z.looseObject({
  consumer: participant,
  provider: participant,
  interactions: z.array(interactionSchema).nullish(),
  messages: z.array(messageSchema).nullish(),
});

/** Part of one interaction, with its place in the file, so that a problem can name it. */
export const synchronousSchema = z.looseObject({
  request: z.looseObject(contents),
  response: z.union([z.looseObject(contents), z.array(z.looseObject(contents))]).optional(),
});

export type WrittenInteraction = z.infer<typeof interactionSchema>;
export type WrittenMessage = z.infer<typeof messageSchema>;
export type WrittenStates = Pick<WrittenMessage, keyof typeof states>;
export type WrittenHeaders = z.infer<typeof headers>;
