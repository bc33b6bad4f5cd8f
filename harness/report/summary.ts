import type {
  Placement,
  RunRecord,
  StageName,
  StageResult,
  StepRecord,
  TestCase,
  VerdictKind,
} from '../model/index.ts';
import { counted as count, stageNames } from '../model/index.ts';
import { list } from './wording.ts';

/** What a release manager asks first, answered. */
export interface Answer {
  readonly kind: VerdictKind;
  /** One word. */
  readonly word: 'Yes' | 'No' | 'Not yet' | 'Unknown';
  /** The question it answers: `May it go to production?` */
  readonly question: string;
  /** One sentence: `All 6 services are deployed in production.` */
  readonly sentence: string;
}

/** The first environment that a service did not get into, and why. */
export interface Holdback {
  readonly service: string;
  readonly environment: string;
  readonly verdict: VerdictKind;
  readonly reasons: readonly string[];
}

/** A failing test, or a stage that was inconclusive. */
export interface Failure {
  readonly stage: StageName;
  readonly service: string;
  readonly result: StageResult;
  /** Absent when the stage as a whole is to blame. */
  readonly test?: TestCase;
  readonly message: string;
}

const words: Readonly<Record<VerdictKind, Answer['word']>> = {
  pass: 'Yes',
  fail: 'No',
  pending: 'Not yet',
  inconclusive: 'Unknown',
};

const broke = 'Infrastructure failed, so this says nothing about the services.';

export function answerOf(record: RunRecord): Answer {
  const { target, verdict } = record;
  return isStage(target)
    ? {
        kind: verdict,
        word: words[verdict],
        question: `Did ${target} pass?`,
        sentence: stageSentence(record),
      }
    : {
        kind: verdict,
        word: words[verdict],
        question: `May it go to ${target}?`,
        sentence: runSentence(record),
      };
}

/** A run that has not ended says so itself. */
function brokenBy([first]: RunRecord['problems']): string {
  return first?.code === 'SG_NO_VERDICT' ? first.message : broke;
}

export function isStage(target: string): boolean {
  return (stageNames as readonly string[]).includes(target);
}

function runSentence(record: RunRecord): string {
  const { target, verdict, services, problems } = record;
  if (problems.length > 0) return brokenBy(problems);
  if (verdict === 'pass') {
    return `${everyone(services.length)} deployed in ${target}${tested(record)}.`;
  }
  const held = holdbacksOf(record);
  if (held.length === 0) return `No gate failed, but ${target} was not reached; see the steps.`;
  const names = list(held.map(({ service }) => service));
  const rest = services.length - held.length;
  const others = rest > 0 ? ` The ${rest === 1 ? 'other service' : `${rest} other services`} did.` : '';
  return `${names} did not get into ${target}.${others}`;
}

/** Said only where it is so: every service has a pass of some stage for exactly what is deployed. */
function tested({ services, stages }: RunRecord): string {
  const isTested = ({ name, digest }: RunRecord['services'][number]): boolean =>
    stages.some((result) => result.service === name && result.digest === digest && result.status === 'pass');
  return services.length > 0 && services.every(isTested) ? ': the same bytes that the stages tested' : '';
}

function everyone(services: number): string {
  return services === 1 ? 'The one service is' : `All ${services} services are`;
}

function stageSentence(record: RunRecord): string {
  if (record.problems.length > 0) return brokenBy(record.problems);
  const bad = record.stages.filter(({ status }) => status !== 'pass').map(({ service }) => service);
  if (bad.length === 0) return `It passed for ${count(record.stages.length, 'service')}.`;
  return `It did not pass for ${list(bad)}.`;
}

/** Per service that did not reach the target, where it was held. Those that failed first: others often wait for them. */
export function holdbacksOf(record: RunRecord): Holdback[] {
  const end = record.environments.findIndex(({ name }) => name === record.target);
  const passed = end === -1 ? record.environments : record.environments.slice(0, end + 1);
  const names = new Set(passed.flatMap(({ services }) => services.map(({ service }) => service)));
  const held = [...names].flatMap((service): Holdback[] => {
    for (const { name, services } of passed) {
      const placement = services.find((one) => one.service === service);
      if (placement === undefined || placement.verdict === 'pass') continue;
      return [{ service, environment: name, verdict: placement.verdict, reasons: placement.reasons }];
    }
    return [];
  });
  return [
    ...held.filter(({ verdict }) => verdict === 'fail'),
    ...held.filter(({ verdict }) => verdict !== 'fail'),
  ];
}

/** Failing tests first by stage, then stages that proved nothing. Blocked ones only echo what is listed. */
export function failuresOf(record: RunRecord): Failure[] {
  const ordered = record.stages.toSorted((a, b) => stageNames.indexOf(a.stage) - stageNames.indexOf(b.stage));
  return ordered.flatMap((result) => {
    const { stage, service, status, cases, because } = result;
    if (status === 'pass' || status === 'skipped') return [];
    const failed = cases.filter(({ outcome }) => outcome === 'fail');
    if (failed.length === 0) return [{ stage, service, result, message: because ?? 'no reason was given' }];
    return failed.map((test) => ({
      stage,
      service,
      result,
      test,
      message: test.failure?.message ?? 'failed without a message',
    }));
  });
}

export function placementOf(record: RunRecord, service: string, environment: string): Placement | undefined {
  return record.environments
    .find(({ name }) => name === environment)
    ?.services.find((placement) => placement.service === service);
}

/** Every service that the record speaks of, built or not. */
export function serviceNamesOf(record: RunRecord): string[] {
  return [
    ...new Set([
      ...record.environments.flatMap(({ services }) => services.map(({ service }) => service)),
      ...record.services.map(({ name }) => name),
      ...record.stages.map(({ service }) => service),
    ]),
  ];
}

/** The stages that ran or should have, in their order. */
export function stagesOf(record: RunRecord): StageName[] {
  return stageNames.filter((name) => record.stages.some(({ stage }) => stage === name));
}

export function resultOf(record: RunRecord, stage: StageName, service: string): StageResult | undefined {
  return record.stages.find((result) => result.stage === stage && result.service === service);
}

/** The steps of the critical path that took long enough to be seen. */
export function pathOf({ criticalPath, steps }: RunRecord): readonly StepRecord[] {
  return (criticalPath?.steps ?? []).flatMap((id) =>
    steps.filter((step) => step.id === id && step.durationMs >= 50),
  );
}
