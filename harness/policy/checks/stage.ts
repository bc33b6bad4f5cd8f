import { type Evidence, evidenceFor, lastAttempt, type State } from '../../ledger/index.ts';
import {
  type CheckResult,
  type Outcome,
  type StageName,
  shortDigest,
  timeOfDay,
  unreachable,
} from '../../model/index.ts';
import type { Check, GateQuestion } from '../check.ts';

/** Stages whose subject is the system: one service's failure speaks about everything that was tested together. */
const systemStages: readonly StageName[] = ['acceptance'];

/** Did every stage that the gate requires pass for exactly this digest? */
export default {
  name: 'stage',
  order: 30,
  judge(question, state, { requires }) {
    const { to, artifact, from } = question;
    if (requires.length === 0) {
      const reason = `the gate to ${to} requires no stages, so there is no evidence to check`;
      return [{ check: 'stage', outcome: 'inconclusive', reason }];
    }
    // What never reached this gate has one reason, and the deployment check gives it.
    if (lastAttempt(state, artifact.service, from, artifact.digest) === undefined) return [];
    return requires.map((stage): CheckResult => {
      const answer = systemStages.includes(stage)
        ? systemAnswer(stage, question, state)
        : serviceAnswer(stage, question, state);
      return { check: 'stage', stage, ...answer };
    });
  },
} satisfies Check;

interface Answer {
  readonly outcome: Exclude<Outcome, 'skipped'>;
  readonly reason: string;
}

function serviceAnswer(stage: StageName, { artifact }: GateQuestion, state: State): Answer {
  const newest = newestOf(evidenceFor(state, artifact, stage));
  if (newest !== undefined) return read(newest);
  const foreign = newestOf(
    [...state.evidence.values()]
      .flat()
      .filter((evidence) => evidence.stage === stage && evidence.service === artifact.service),
  );
  return {
    outcome: 'inconclusive',
    reason:
      foreign === undefined
        ? `${stage} has not run for ${shortDigest(artifact.digest)}`
        : `${stage} ran for ${shortDigest(foreign.digest)}, not for ${shortDigest(artifact.digest)}`,
  };
}

/** The system passes when something passed for the versions that were deployed together, and nothing else happened. */
function systemAnswer(stage: StageName, { artifact, from }: GateQuestion, state: State): Answer {
  // A suite that was skipped because its own service's new version is not there says nothing about the others.
  const together = newestTogether(stage, artifact, state).filter(
    ({ status, service }) => status !== 'skipped' || service === artifact.service,
  );
  // A failure says most; after it, what concerns the service that asks.
  const weightOf = (one: Answer & { readonly evidence: Evidence }): number =>
    (one.outcome === 'fail' ? 2 : 0) + (one.evidence.service === artifact.service ? 1 : 0);
  const bad = together
    .map((evidence) => ({ evidence, ...read(evidence) }))
    .toSorted((a, b) => weightOf(b) - weightOf(a))
    .find(({ outcome }) => outcome !== 'pass');
  if (bad !== undefined) {
    const other = bad.outcome === 'fail' && bad.evidence.service !== artifact.service;
    return { outcome: bad.outcome, reason: `${bad.reason}${other ? ` in ${bad.evidence.service}` : ''}` };
  }
  if (together.length === 0) {
    return {
      outcome: 'inconclusive',
      reason: `${stage} has not run against the versions deployed in ${from}`,
    };
  }
  const passed = together.reduce((sum, { tests }) => sum + tests.passed, 0);
  const services = together.map(({ service }) => service).join(', ');
  return {
    outcome: 'pass',
    reason: `${stage} passed ${passed} of ${passed} against the versions deployed in ${from} (tests of ${services})`,
  };
}

/** The newest result per service, of those that were made beside the same versions as the newest one about this digest. */
function newestTogether(
  stage: StageName,
  { service, digest }: GateQuestion['artifact'],
  state: State,
): readonly Evidence[] {
  const ofStage = [...state.evidence.values()].flat().filter((evidence) => evidence.stage === stage);
  const about = newestOf(
    ofStage.filter(({ beside }) =>
      beside.some((version) => version.service === service && version.digest === digest),
    ),
  );
  if (about === undefined) return [];
  const versions = versionsOf(about);
  const perService = Map.groupBy(
    ofStage.filter((evidence) => versionsOf(evidence) === versions),
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

function read(evidence: Evidence): Answer {
  const { stage, tests, digest, status, because } = evidence;
  const total = tests.passed + tests.failed;
  const about = `for ${shortDigest(digest)} at ${timeOfDay(evidence.startedAt)}`;
  switch (status) {
    case 'pass':
      if (tests.passed === 0) return { outcome: 'inconclusive', reason: `${stage} ran no test ${about}` };
      if (tests.failed > 0) return { outcome: 'fail', reason: failureSentence(evidence, total) };
      return { outcome: 'pass', reason: `${stage} passed ${tests.passed} of ${total} ${about}` };
    case 'fail':
      return { outcome: 'fail', reason: failureSentence(evidence, total) };
    case 'inconclusive':
      return {
        outcome: 'inconclusive',
        reason: `${stage} was inconclusive: ${because ?? 'no reason given'}`,
      };
    case 'skipped':
      return { outcome: 'inconclusive', reason: `${stage} did not run: ${because ?? 'it was skipped'}` };
    default:
      return unreachable(status);
  }
}

function failureSentence({ stage, tests, firstFailure, because }: Evidence, total: number): string {
  if (firstFailure === undefined) return `${stage} failed: ${because ?? `${tests.failed} of ${total} tests`}`;
  const message = firstFailure.message === '' ? '' : `: ${firstFailure.message}`;
  return `${stage} failed ${tests.failed} of ${total}, first "${firstFailure.test}"${message}`;
}

function newestOf(results: readonly Evidence[]): Evidence | undefined {
  return results.reduce<Evidence | undefined>(
    (newest, one) => (newest === undefined || one.startedAt >= newest.startedAt ? one : newest),
    undefined,
  );
}
