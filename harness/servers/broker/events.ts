import { z } from 'zod';

const text = z.string().min(1);
const time = z.string();
const optional = z.string().nullish();

/** Everything that may happen in a broker, oldest first its whole memory. Names are pacticipants' names. */
export const brokerEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('pacticipant'),
    name: text,
    displayName: optional,
    mainBranch: optional,
    repositoryUrl: optional,
    at: time,
  }),
  z.object({ type: z.literal('pacticipant-deleted'), name: text, at: time }),
  /** Makes the version where there is none, and adds to it where there is. */
  z.object({
    type: z.literal('version'),
    pacticipant: text,
    number: text,
    branch: optional,
    buildUrl: optional,
    tags: z.array(text).readonly().default([]),
    at: time,
  }),
  z.object({ type: z.literal('version-deleted'), pacticipant: text, number: text, at: time }),
  z.object({ type: z.literal('branch-deleted'), pacticipant: text, branch: text, at: time }),
  z.object({ type: z.literal('tag-deleted'), pacticipant: text, number: text, tag: text, at: time }),
  z.object({
    type: z.literal('pact'),
    consumer: text,
    provider: text,
    /** Of the consumer's version. */
    number: text,
    /** Of all in the pact that decides a verification. */
    sha: text,
    /** By which the journal finds the pact's text. */
    content: text,
    at: time,
  }),
  z.object({ type: z.literal('pact-deleted'), consumer: text, provider: text, number: text, at: time }),
  z.object({
    type: z.literal('verification'),
    consumer: text,
    provider: text,
    sha: text,
    providerVersion: text,
    success: z.boolean(),
    buildUrl: optional,
    /** Whether the pact was chosen because it is work in progress, not by a selector. */
    wip: z.boolean().default(false),
    testResults: z.unknown().optional(),
    verifiedBy: z.unknown().optional(),
    at: time,
  }),
  z.object({
    type: z.literal('environment'),
    uuid: text,
    name: text,
    displayName: optional,
    production: z.boolean().default(false),
    contacts: z.array(z.unknown()).readonly().default([]),
    at: time,
  }),
  z.object({ type: z.literal('environment-deleted'), uuid: text, at: time }),
  z.object({
    type: z.literal('deployed'),
    uuid: text,
    pacticipant: text,
    number: text,
    environment: text,
    /** Null is an instance of its own. */
    applicationInstance: z.string().nullable(),
    at: time,
  }),
  z.object({ type: z.literal('undeployed'), uuid: text, at: time }),
  z.object({
    type: z.literal('released'),
    uuid: text,
    pacticipant: text,
    number: text,
    environment: text,
    at: time,
  }),
  z.object({ type: z.literal('support-ended'), uuid: text, at: time }),
  z.object({ type: z.literal('webhook'), uuid: text, webhook: z.record(z.string(), z.unknown()), at: time }),
  z.object({ type: z.literal('webhook-deleted'), uuid: text, at: time }),
]);

export type BrokerEvent = z.infer<typeof brokerEvent>;
export type EventOf<Type extends BrokerEvent['type']> = Extract<BrokerEvent, { type: Type }>;
