import { type CheckResult, defaultRules } from '../../model/index.ts';
import type { Check, GateQuestion } from '../check.ts';

/** Was it built the way the gate asks: from a clean commit, on one of these branches, under this runtime? */
export default {
  name: 'source',
  order: 15,
  judge({ artifact }, _state, { rules = defaultRules }) {
    const { cleanCommit, branches, runtime } = rules;
    return [
      ...(cleanCommit ? [commit(artifact)] : []),
      ...(branches.length > 0 ? [branch(artifact, branches)] : []),
      ...(runtime !== null && artifact.runtime !== runtime
        ? [fail(`it was built for the ${artifact.runtime} runtime, and the gate asks for ${runtime}`)]
        : []),
    ];
  },
} satisfies Check;

function commit({ commit: id, version }: GateQuestion['artifact']): CheckResult {
  if (id === null) return fail('it was built outside of git, and the gate asks for a commit');
  if (version.endsWith('.dirty'))
    return fail(`it was built with changes that are not in commit ${id.slice(0, 7)}`);
  return { check: 'source', outcome: 'pass', reason: `built from commit ${id.slice(0, 7)} as it is` };
}

function branch(
  { commit: id, branches = [] }: GateQuestion['artifact'],
  wanted: readonly string[],
): CheckResult {
  const found = wanted.find((name) => branches.includes(name));
  if (found !== undefined) return { check: 'source', outcome: 'pass', reason: `its commit is on ${found}` };
  const shown = branches.length === 0 ? 'no branch that is known' : branches.join(', ');
  return fail(
    `commit ${id?.slice(0, 7) ?? 'unknown'} is on ${shown}, and the gate asks for ${wanted.join(' or ')}`,
  );
}

function fail(reason: string): CheckResult {
  return { check: 'source', outcome: 'fail', reason };
}
