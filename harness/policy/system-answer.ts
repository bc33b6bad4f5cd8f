import { deployedNow, type Evidence, type State } from '../ledger/index.ts';
import { type Cause, controlSentence, type StageName } from '../model/index.ts';
import type { GateQuestion } from './check.ts';
import { type Answer, newestOf, readEvidence } from './read-evidence.ts';

/**
 * What a stage whose subject is the system says about one service. A failure with a known cause holds the service that
 * caused it and those that depend on it; the others are not to blame. A failure that nobody can explain holds everyone.
 */
export function systemAnswer(stage: StageName, question: GateQuestion, state: State): Answer {
  const { artifact, from } = question;
  // A suite that was skipped because its own service's new version is not there says nothing about the others.
  const together = newestTogether(stage, question, state).filter(
    ({ status, service }) => status !== 'skipped' || service === artifact.service,
  );
  if (together.length === 0) {
    return {
      outcome: 'inconclusive',
      reason: `${stage} has not run against the versions deployed in ${from}`,
    };
  }
  const [worst] = together
    .flatMap((evidence) => objectionOf(evidence, question) ?? [])
    .toSorted((a, b) => b.weight - a.weight);
  return worst ?? passOf(stage, together, from);
}

interface Objection extends Answer {
  /** The cause of a failure says most, then a failure, then what concerns the service that asks. */
  readonly weight: number;
}

/** What speaks against the service in one result; null when nothing does. */
function objectionOf(evidence: Evidence, question: GateQuestion): Objection | null {
  const { artifact } = question;
  const answer = readEvidence(evidence);
  if (answer.outcome === 'pass') return null;
  const own = evidence.service === artifact.service;
  const { causes = [], unexplained = 0, stage } = evidence;
  if (answer.outcome === 'fail' && causes.length > 0 && unexplained === 0) {
    return byCause(evidence, causes, question);
  }
  const where = answer.outcome === 'fail' && !own ? ` in ${evidence.service}` : '';
  const known = causes.map(({ service, because }) => `${service}, because ${because}`);
  const reason =
    known.length === 0 ? answer.reason : `${stage} failed: ${known.join('; ')}; ${answer.reason}`;
  const weight = (answer.outcome === 'fail' ? 2 : 0) + (own ? 1 : 0);
  return { outcome: answer.outcome, reason: `${reason}${where}`, weight };
}

function byCause(
  { stage, firstFailure, control }: Evidence,
  causes: readonly Cause[],
  { artifact, dependsOn }: GateQuestion,
): Objection | null {
  const again = control === undefined ? [] : [controlSentence(control)];
  const about = [...(firstFailure === undefined ? [] : [`test "${firstFailure.test}"`]), ...again].join('; ');
  const test = about === '' ? '' : ` (${about})`;
  const own = causes.find(({ service }) => service === artifact.service);
  if (own !== undefined)
    return { outcome: 'fail', reason: `${stage} failed because ${own.because}${test}`, weight: 4 };
  const called = causes.find(({ service }) => dependsOn.includes(service));
  if (called !== undefined) {
    const reason = `${stage} failed because of ${called.service}, which it depends on: ${called.because}${test}`;
    return { outcome: 'inconclusive', reason, weight: 3 };
  }
  const suspected = causes.find(({ suspects }) => suspects.includes(artifact.service));
  if (suspected === undefined) return null;
  const reason = `${stage} failed in ${suspected.service} while it called ${artifact.service}: ${suspected.because}${test}`;
  return { outcome: 'inconclusive', reason, weight: 3 };
}

function passOf(stage: StageName, together: readonly Evidence[], from: string): Answer {
  const passed = together.reduce((sum, { tests }) => sum + tests.passed, 0);
  const failed = together.reduce((sum, { tests }) => sum + tests.failed, 0);
  const services = together.map(({ service }) => service).join(', ');
  const culprits = new Set(together.flatMap(({ causes = [] }) => causes.map(({ service }) => service)));
  const others = failed === 0 ? '' : `; ${failed} failed because of ${[...culprits].join(', ')}`;
  return {
    outcome: 'pass',
    reason: `${stage} passed ${passed} of ${passed + failed} against the versions deployed in ${from} (tests of ${services})${others}`,
  };
}

/**
 * The newest result per service, of those that were made beside the same versions: the ones deployed now, else the ones
 * that are promoted together, else those of the newest result about this digest.
 */
function newestTogether(
  stage: StageName,
  { artifact, candidates, from }: GateQuestion,
  state: State,
): readonly Evidence[] {
  const about = [...state.evidence.values()]
    .flat()
    .filter(
      ({ stage: of, beside }) =>
        of === stage &&
        beside.some(({ service, digest }) => service === artifact.service && digest === artifact.digest),
    );
  const now = (service: string) => deployedNow(state, service, from)?.digest;
  const together = (service: string) => candidates.find((one) => one.service === service)?.digest;
  const matching = [now, together]
    .map((wanted) => about.filter(({ beside }) => beside.every((one) => wanted(one.service) === one.digest)))
    .find((found) => found.length > 0);
  const newest = newestOf(matching ?? about);
  if (newest === undefined) return [];
  const versions = versionsOf(newest);
  const perService = Map.groupBy(
    about.filter((evidence) => versionsOf(evidence) === versions),
    (evidence) => evidence.service,
  );
  return [...perService.values()].flatMap((results) => newestOf(results) ?? []);
}

function versionsOf({ beside }: Evidence): string {
  return beside
    .map(({ service, digest }) => `${service}@${digest}`)
    .sort()
    .join(' ');
}
