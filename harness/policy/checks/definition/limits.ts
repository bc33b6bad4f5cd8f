import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts, FieldLimits, ServiceFacts } from './definition-facts.ts';

const fail = findingsOf('limits');

/**
 * What a consumer takes from its own callers and sends on, its provider must take too. Told where both sides write down
 * their limits for a field of a pact's request, and each in one way only.
 */
export function checkLimits({ services, sent }: DefinitionFacts): readonly Finding[] {
  return sent.flatMap(({ consumer, provider, fields }) => {
    const from = services.find(({ name }) => name === consumer);
    const to = services.find(({ name }) => name === provider);
    if (from === undefined || to === undefined) return [];
    return fields.flatMap((field) => {
      const sends = onlyLimit(from, field, { unlimitedToo: true });
      const takes = onlyLimit(to, field, { unlimitedToo: false });
      if (sends === null || takes === null || sends.kind !== takes.kind) return [];
      return [...above(consumer, to, sends, takes), ...below(consumer, to, sends, takes)];
    });
  });
}

/** The one limit that a service sets for a field; null where it sets none, or different ones in different places. */
function onlyLimit(
  { limits }: ServiceFacts,
  field: string,
  { unlimitedToo }: { readonly unlimitedToo: boolean },
): FieldLimits | null {
  const all = limits.filter((one) => one.field === field);
  // What a consumer reads from an answer has no limit there; what a provider takes anywhere without one, it takes.
  const limited = unlimitedToo ? all.filter(({ min, max }) => min !== null || max !== null) : all;
  const [first, ...others] = limited;
  if (first === undefined) return null;
  return others.every(({ min, max }) => min === first.min && max === first.max) ? first : null;
}

function above(
  consumer: string,
  { name, folder }: ServiceFacts,
  sends: FieldLimits,
  takes: FieldLimits,
): readonly Finding[] {
  if (takes.max === null || sends.max === null || sends.max <= takes.max) return [];
  const reason = `${consumer} may send it ${wordsFor(sends)} up to ${sends.max}, and it refuses more than ${takes.max}`;
  return [fail(name, reason, { key: folder })];
}

function below(
  consumer: string,
  { name, folder }: ServiceFacts,
  sends: FieldLimits,
  takes: FieldLimits,
): readonly Finding[] {
  if (takes.min === null || sends.min === null || sends.min >= takes.min) return [];
  const reason = `${consumer} may send it ${wordsFor(sends)} from ${sends.min}, and it refuses less than ${takes.min}`;
  return [fail(name, reason, { key: folder })];
}

function wordsFor({ field, kind }: FieldLimits): string {
  return kind === 'length' ? `${field} with a length` : field;
}
