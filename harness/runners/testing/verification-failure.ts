import { z } from 'zod';

/** The part of the verifier's report, which comes as the text of its error, that says what went wrong. */
const reportSchema = z.looseObject({
  interactionResults: z.array(
    z.looseObject({
      consumer: z.string(),
      description: z.string(),
      result: z.string(),
      mismatch: z
        .looseObject({
          message: z.string().optional(),
          mismatches: z
            .array(z.looseObject({ type: z.string(), mismatch: z.string(), path: z.string().optional() }))
            .optional(),
        })
        .optional(),
    }),
  ),
});

/** One sentence for each promise a provider broke, the first line being enough for a list; else what pact said. */
export function explainVerification(provider: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const broken = brokenPromises(said);
  const [first] = broken;
  if (first === undefined) return `${provider} could not be verified: ${said}`;
  const others = broken.length === 1 ? '' : `, and ${broken.length - 1} more below`;
  return [
    `${provider} breaks what ${first.consumer} expects of "${first.description}": ${first.differences[0]}${others}`,
    ...broken.flatMap(({ consumer, description, differences }) => [
      '',
      `${consumer}: ${description}`,
      ...differences.map((difference) => `  ${difference}`),
    ]),
  ].join('\n');
}

interface BrokenPromise {
  readonly consumer: string;
  readonly description: string;
  readonly differences: readonly string[];
}

function brokenPromises(said: string): BrokenPromise[] {
  const report = reportSchema.safeParse(readJson(said));
  if (!report.success) return [];
  return report.data.interactionResults
    .filter(({ result }) => result !== 'OK')
    .map(({ consumer, description, mismatch }) => ({
      consumer,
      description,
      differences: mismatch?.mismatches?.map(describe) ?? [mismatch?.message ?? 'it failed without a word'],
    }));
}

function describe({ type, mismatch, path }: { type: string; mismatch: string; path?: string }): string {
  switch (type) {
    case 'StatusMismatch':
      return `status: ${mismatch}`;
    case 'BodyMismatch':
      return `body ${path ?? '$'}: ${mismatch}`;
    default:
      return mismatch;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
