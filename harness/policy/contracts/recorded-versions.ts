import { z } from 'zod';
import type { ContractVersion } from '../../contracts/index.ts';
import type { State } from '../../ledger/index.ts';
import { uuidOf } from '../../plumbing/name-uuid.ts';

const placed = z.object({
  type: z.enum(['deployed', 'released']),
  uuid: z.string(),
  pacticipant: z.string(),
  number: z.string(),
  environment: z.string(),
  applicationInstance: z.string().nullish(),
});
const ended = z.object({ type: z.enum(['undeployed', 'support-ended']), uuid: z.string() });
const named = z.object({ type: z.literal('environment'), uuid: z.string(), name: z.string() });
const event = z.union([placed, ended, named]);

/**
 * Versions that somebody recorded through the contract broker as deployed or released in an environment, and that are
 * there still: consumers and providers that stagegate does not build. Pure.
 */
export function recordedVersions({ broker }: State, environment: string): readonly ContractVersion[] {
  const names = new Map([[uuidOf(environment), environment]]);
  const there = new Map<string, z.infer<typeof placed>>();
  for (const raw of broker) {
    const { data } = event.safeParse(raw);
    if (data === undefined) continue;
    if (data.type === 'environment') names.set(data.uuid, data.name);
    else if (!('number' in data)) there.delete(data.uuid);
    else {
      for (const [uuid, one] of there) if (isReplaced(one, data)) there.delete(uuid);
      there.set(data.uuid, data);
    }
  }
  const here = [...there.values()].filter((one) => names.get(one.environment) === environment);
  return here.map(({ pacticipant, number }) => ({ name: pacticipant, version: number, digest: null }));
}

/** A deployment takes the place of the one before on the same instance; a release stays beside others. */
function isReplaced(before: z.infer<typeof placed>, now: z.infer<typeof placed>): boolean {
  return (
    before.type === 'deployed' &&
    now.type === 'deployed' &&
    before.pacticipant === now.pacticipant &&
    before.environment === now.environment &&
    (before.applicationInstance ?? null) === (now.applicationInstance ?? null)
  );
}
