import type { VerifiablePact } from './for-verification.ts';
import type { VerificationRequest } from './verification-request.ts';

interface Notice {
  readonly when: string;
  readonly text: string;
}

const pendingDocs = 'Read more at https://docs.pact.io/go/pending';
const wipDocs = 'Read more at https://docs.pact.io/go/wip';

/** Why a pact is among those to be verified, and what its result will mean, as verifiers print it. */
export function noticesFor(
  { pact, reasons, wipBranches, pending }: VerifiablePact,
  { providerVersionBranch, providerVersionTags, includePendingStatus }: VerificationRequest,
  url: string,
): readonly Notice[] {
  const { provider, consumer } = pact;
  const who = (article: 'a' | 'any'): string => {
    if (providerVersionBranch)
      return `${article} version of ${provider} from branch '${providerVersionBranch}'`;
    const [tag] = providerVersionTags;
    return tag === undefined ? provider : `${article} version of ${provider} with tag '${tag}'`;
  };
  const criteria = reasons.length === 1 ? 'criterion' : 'criteria';
  const isWip = wipBranches.length > 0;
  const branches = wipBranches.map((branch) => `'${branch}'`).join(' and ');
  const inclusion = isWip
    ? `The pact at ${url} is being verified because it is a 'work in progress' pact (ie. it is the pact for the latest version of ${consumer} from ${wipBranches.length === 1 ? 'branch' : 'branches'} ${branches} and it has not yet been successfully verified by ${who('a')} when the pact's application version was explicitly specified in the consumer version selectors). ${wipDocs}`
    : `The pact at ${url} is being verified because the pact content belongs to the consumer version${reasons.length === 1 ? '' : 's'} matching the following ${criteria}:\n${reasons.map((reason) => `    * ${reason}`).join('\n')}`;
  const before = [inclusion];
  if (includePendingStatus) before.push(pendingReason());
  const notices = before.map((text): Notice => ({ when: 'before_verification', text }));
  if (!includePendingStatus || !pending) return notices;
  const still = `This pact is still in pending state for ${who('any')} as`;
  return [
    ...notices,
    {
      when: 'after_verification:success_true_published_false',
      text: `${still} the successful verification results have not yet been published.`,
    },
    ...(['success_false_published_false', 'success_false_published_true'] as const).map((when) => ({
      when: `after_verification:${when}`,
      text: `${still} a successful verification result has not yet been published`,
    })),
    {
      when: 'after_verification:success_true_published_true',
      text: `This pact is no longer in pending state for ${who('any')}, as a successful verification result has been published. If a verification for a version of ${provider} fails in the future, it will fail the build. ${pendingDocs}`,
    },
  ];

  function pendingReason(): string {
    const harmless = 'If this verification fails, it will not cause the overall build to fail.';
    if (isWip)
      return `This pact is in pending state for this version of ${provider} because it was included as a 'work in progress' pact. ${harmless} ${pendingDocs}`;
    if (pending)
      return `This pact is in pending state for this version of ${provider} because a successful verification result for ${who('a')} has not yet been published. ${harmless} ${pendingDocs}`;
    return `This pact has previously been successfully verified by ${who('a')}. If this verification fails, it will fail the build. ${pendingDocs}`;
  }
}
