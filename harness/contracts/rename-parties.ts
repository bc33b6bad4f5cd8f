import type { WrittenPact } from './canonical-pact.ts';
import { nameOf } from './merge-pacts.ts';

/** Name that pacts use → name of the service, or the other way round. */
export type PartyNames = Readonly<Record<string, string>>;

/** The pact with its consumer and its provider called otherwise; the same object where nothing changes. */
export function renameParties(pact: WrittenPact, names: PartyNames): WrittenPact {
  const sides = (['consumer', 'provider'] as const).filter((side) =>
    Object.hasOwn(names, nameOf(pact[side])),
  );
  if (sides.length === 0) return pact;
  const renamed = sides.map((side) => [
    side,
    { ...(pact[side] as WrittenPact), name: names[nameOf(pact[side])] },
  ]);
  return { ...pact, ...Object.fromEntries(renamed) };
}
