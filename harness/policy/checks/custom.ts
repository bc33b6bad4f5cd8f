import { artifactOf, promotedIn } from '../../ledger/index.ts';
import { type CheckResult, type CustomQuestion, defaultRules } from '../../model/index.ts';
import { messageOf } from '../../plumbing/thrown.ts';
import type { Check } from '../check.ts';

/** What the project's own checks say. */
export default {
  name: 'custom',
  order: 90,
  judge({ artifact, from, to, decidedAt }, state, { rules = defaultRules }) {
    const { service, version, digest } = artifact;
    const there = promotedIn(state, service, to);
    const replaced = there === undefined ? undefined : artifactOf(state, { digest: there.digest });
    const evidence = (state.evidence.get(digest) ?? []).filter((one) => one.service === service);
    const about: CustomQuestion = {
      service,
      version,
      digest,
      from,
      to,
      decidedAt,
      evidence,
      replaces: replaced === undefined ? null : { version: replaced.version, digest: replaced.digest },
    };
    return rules.checks.map(({ name, judge }): CheckResult => {
      try {
        const { outcome, reason } = judge(about);
        return { check: name, outcome, reason };
      } catch (error) {
        const reason = `the check ${name} threw: ${messageOf(error)}`;
        return { check: name, outcome: 'inconclusive', reason };
      }
    });
  },
} satisfies Check;
