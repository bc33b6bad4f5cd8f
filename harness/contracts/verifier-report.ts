import { z } from 'zod';

/** What Pact's verifier said of one interaction, in the order in which it replayed them. */
export interface VerifierResult {
  readonly consumer: string;
  readonly description: string;
  /** Names of the provider states. */
  readonly states: readonly string[];
  readonly passed: boolean;
  readonly pending: boolean;
  /** The provider was not asked, because the suite could not bring it into its state: nothing is known of it. */
  readonly notAsked: boolean;
  /** A sentence for each difference; empty when it passed. */
  readonly differences: readonly string[];
}

const mismatch = z.looseObject({
  type: z.string(),
  mismatch: z.string().optional(),
  path: z.string().optional(),
  key: z.string().optional(),
});
const report = z.looseObject({
  interactionResults: z.array(
    z.looseObject({
      consumer: z.string(),
      description: z.string(),
      providerStates: z.array(z.string()).default([]),
      result: z.string(),
      pending: z.boolean().default(false),
      mismatch: z
        .looseObject({ message: z.string().optional(), mismatches: z.array(mismatch).optional() })
        .nullish(),
    }),
  ),
});

/** Reads the verifier's own report, JSON text; undefined when it is none. */
export function readVerifierReport(text: string): VerifierResult[] | undefined {
  const parsed = report.safeParse(readJson(text));
  if (!parsed.success) return undefined;
  return parsed.data.interactionResults.map((one) => ({
    consumer: one.consumer,
    description: one.description,
    states: one.providerStates,
    passed: one.result === 'OK',
    pending: one.pending,
    notAsked: false,
    differences:
      one.result === 'OK'
        ? []
        : (one.mismatch?.mismatches?.map(describe) ?? [
            one.mismatch?.message ?? 'it failed without a message',
          ]),
  }));
}

function describe({ type, mismatch: said = type, path, key }: z.infer<typeof mismatch>): string {
  switch (type) {
    case 'StatusMismatch':
      return `status: ${said}`;
    case 'BodyMismatch':
      return `body ${path ?? '$'}: ${said}`;
    case 'HeaderMismatch':
      return key === undefined || said.includes(key) ? said : `header ${key}: ${said}`;
    default:
      return said;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
