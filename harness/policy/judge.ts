import {
  type Artifact,
  type CheckResult,
  type StageName,
  type StageResult,
  unreachable,
  type Verdict,
} from '../model/index.ts';
import { shortDigest, timeOfDay } from './wording.ts';
import { worstOf } from './worst.ts';

/** Everything a gate may know when it is asked. */
export interface Facts {
  /** Every stage result there is, about any service and digest, oldest first. */
  readonly evidence: readonly StageResult[];
  /** What became of each attempt to deploy, oldest first. */
  readonly deployments: readonly DeploymentFact[];
  /** Verdicts given before this one. */
  readonly verdicts: readonly Verdict[];
}

/** One attempt to deploy. */
export type DeploymentFact = {
  readonly service: string;
  readonly environment: string;
  readonly digest: Artifact['digest'];
} & (
  | { readonly kind: 'stands'; readonly tasks: number }
  /** Undone: what stood before stands again, or nothing. */
  | { readonly kind: 'failed'; readonly because: string }
);

export interface GateQuestion {
  readonly artifact: Artifact;
  readonly from: string;
  readonly to: string;
  readonly requires: readonly StageName[];
  /** Services that this one calls. */
  readonly neighbours: readonly string[];
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
}

/** Stages whose subject is the system: one service's failure speaks about everything that was tested together. */
const systemStages: readonly StageName[] = ['acceptance'];

/**
 * May this artifact enter `to`? Pure. Every check must find a reason to say yes: what is missing, about another
 * digest or overtaken by a newer result never opens a gate.
 */
export function judge(question: GateQuestion, facts: Facts): Verdict {
  const deployment = deploymentCheck(question, facts);
  const proofs = [...stageChecks(question, facts), ...dependencyChecks(question, facts)];
  const checks = [
    artifactCheck(question),
    deployment,
    // What never got as far as this gate has one reason, and it is not here.
    ...(deployment.outcome === 'inconclusive' ? [] : proofs),
  ];
  const { artifact } = question;
  return {
    kind: worstOf(checks.map(({ outcome }) => outcome)),
    service: artifact.service,
    version: artifact.version,
    digest: artifact.digest,
    from: question.from,
    to: question.to,
    checks,
    decidedAt: question.decidedAt,
  };
}

function artifactCheck({ artifact }: GateQuestion): CheckResult {
  return {
    check: 'artifact',
    outcome: 'pass',
    reason: `built once as ${shortDigest(artifact.digest)} (${artifact.version}) at ${timeOfDay(artifact.builtAt)}`,
  };
}

function deploymentCheck({ artifact, from }: GateQuestion, { deployments }: Facts): CheckResult {
  const check = 'deployment';
  const last = deployments.findLast(
    ({ service, environment }) => service === artifact.service && environment === from,
  );
  if (last === undefined) return { check, outcome: 'inconclusive', reason: `it was not deployed to ${from}` };
  if (last.digest !== artifact.digest) {
    return {
      check,
      outcome: 'inconclusive',
      reason: `${from} runs ${shortDigest(last.digest)}, not ${shortDigest(artifact.digest)}`,
    };
  }
  switch (last.kind) {
    case 'stands':
      return {
        check,
        outcome: 'pass',
        reason: `stands in ${from} with ${counted(last.tasks, 'healthy task')}`,
      };
    case 'failed':
      return { check, outcome: 'fail', reason: `its deployment to ${from} failed: ${last.because}` };
    default:
      return unreachable(last);
  }
}

function stageChecks(question: GateQuestion, facts: Facts): readonly CheckResult[] {
  if (question.requires.length === 0) {
    return [
      {
        check: 'stage',
        outcome: 'inconclusive',
        reason: `the gate to ${question.to} requires no stage, so nothing proves anything`,
      },
    ];
  }
  return question.requires.map((stage) =>
    systemStages.includes(stage)
      ? systemStageCheck(stage, question, facts)
      : serviceStageCheck(stage, question, facts),
  );
}

function serviceStageCheck(stage: StageName, { artifact }: GateQuestion, { evidence }: Facts): CheckResult {
  const ofService = evidence.filter(
    (result) => result.stage === stage && result.service === artifact.service,
  );
  const ofDigest = ofService.filter(({ digest }) => digest === artifact.digest);
  const newest = newestOf(ofDigest);
  if (newest !== undefined) return { check: 'stage', stage, ...readResult(newest) };
  const foreign = newestOf(ofService);
  const reason =
    foreign === undefined
      ? `${stage} has not run for ${shortDigest(artifact.digest)}`
      : `${stage} ran for ${shortDigest(foreign.digest)}, not for ${shortDigest(artifact.digest)}`;
  return { check: 'stage', stage, outcome: 'inconclusive', reason };
}

/** All that stands in `from` was tested together; the system passes when something passed and nothing else happened. */
function systemStageCheck(stage: StageName, { artifact, from }: GateQuestion, facts: Facts): CheckResult {
  const together = newestPerService(facts.deployments.filter(({ environment }) => environment === from));
  const results = together.flatMap(({ service, digest }) => {
    const newest = newestOf(
      facts.evidence.filter(
        (result) => result.stage === stage && result.service === service && result.digest === digest,
      ),
    );
    return newest === undefined ? [] : [newest];
  });
  const bad = results
    .map((result) => ({ result, ...readResult(result) }))
    .toSorted((a, b) => Number(b.outcome === 'fail') - Number(a.outcome === 'fail'))
    .find(({ outcome }) => outcome !== 'pass');
  if (bad !== undefined) {
    const ofOther = bad.outcome === 'fail' && bad.result.service !== artifact.service;
    const other = ofOther ? ` in ${bad.result.service}` : '';
    return { check: 'stage', stage, outcome: bad.outcome, reason: `${bad.reason}${other}` };
  }
  if (results.length === 0) {
    return {
      check: 'stage',
      stage,
      outcome: 'inconclusive',
      reason: `${stage} has not run for what stands in ${from}`,
    };
  }
  const passed = results.reduce((sum, { tests }) => sum + tests.passed, 0);
  const services = results.map(({ service }) => service).join(', ');
  return {
    check: 'stage',
    stage,
    outcome: 'pass',
    reason: `${stage} passed ${passed} of ${passed} for what stands in ${from} (tests of ${services})`,
  };
}

function readResult(result: StageResult): Pick<CheckResult, 'outcome' | 'reason'> {
  const { stage, tests, digest } = result;
  const total = tests.passed + tests.failed;
  const about = `for ${shortDigest(digest)} at ${timeOfDay(result.startedAt)}`;
  switch (result.status) {
    case 'passed':
      if (tests.passed === 0) return { outcome: 'inconclusive', reason: `${stage} ran no test ${about}` };
      if (tests.failed > 0) return { outcome: 'fail', reason: failureSentence(result, total) };
      return { outcome: 'pass', reason: `${stage} passed ${tests.passed} of ${total} ${about}` };
    case 'failed':
      return { outcome: 'fail', reason: failureSentence(result, total) };
    case 'inconclusive':
      return {
        outcome: 'inconclusive',
        reason: `${stage} was inconclusive: ${result.because ?? 'no reason given'}`,
      };
    case 'blocked':
      return {
        outcome: 'inconclusive',
        reason: `${stage} did not run: ${result.because ?? 'it was blocked'}`,
      };
    default:
      return unreachable(result.status);
  }
}

function failureSentence({ stage, tests, cases, because }: StageResult, total: number): string {
  const first = cases.find(({ outcome }) => outcome === 'failed');
  if (first === undefined) return `${stage} failed: ${because ?? `${tests.failed} of ${total} tests`}`;
  const message = first.failure?.message.split('\n')[0] ?? '';
  return `${stage} failed ${tests.failed} of ${total}, first "${first.name}"${message === '' ? '' : `: ${message}`}`;
}

function dependencyChecks({ neighbours, to }: GateQuestion, facts: Facts): readonly CheckResult[] {
  return neighbours.map((neighbour): CheckResult => {
    const check = 'dependencies';
    const standing = facts.deployments.findLast(
      ({ service, environment, kind }) => service === neighbour && environment === to && kind === 'stands',
    );
    if (standing !== undefined) {
      return {
        check,
        outcome: 'pass',
        reason: `${neighbour} stands in ${to} as ${shortDigest(standing.digest)}`,
      };
    }
    const verdict = facts.verdicts.findLast(
      ({ service, to: target }) => service === neighbour && target === to,
    );
    if (verdict?.kind === 'pass') {
      const attempt = facts.deployments.findLast(
        ({ service, environment }) => service === neighbour && environment === to,
      );
      return attempt === undefined
        ? { check, outcome: 'pass', reason: `${neighbour} may enter ${to} as ${shortDigest(verdict.digest)}` }
        : {
            check,
            outcome: 'inconclusive',
            reason: `${neighbour}, which it calls, could not be deployed to ${to}`,
          };
    }
    return {
      check,
      outcome: 'inconclusive',
      reason: `${neighbour}, which it calls, is held back from ${to} and no version of it stands there`,
    };
  });
}

function newestOf(results: readonly StageResult[]): StageResult | undefined {
  return results.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)).at(-1);
}

function newestPerService(deployments: readonly DeploymentFact[]): readonly DeploymentFact[] {
  const newest = new Map(deployments.map((deployment) => [deployment.service, deployment]));
  return [...newest.values()].filter(({ kind }) => kind === 'stands');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
