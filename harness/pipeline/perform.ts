import type { Config, ServiceConfig } from '../config/index.ts';
import { evidenceOf } from '../ledger/index.ts';
import {
  type Artifact,
  StagegateError,
  type StageName,
  type StageResult,
  type StepOutcome,
  unreachable,
} from '../model/index.ts';
import { type DeploymentFact, judge } from '../policy/index.ts';
import type { Step } from './plan.ts';
import { redact, redactCase, redactResult } from './redact.ts';
import type { RunFacts } from './run-facts.ts';
import type { World } from './world.ts';

export interface Performance {
  readonly outcome: StepOutcome;
  /** One sentence; why, when the outcome is not `passed`. */
  readonly detail?: string;
}

export interface Stagehand {
  readonly config: Config;
  readonly world: World;
  readonly facts: RunFacts;
  readonly signal: AbortSignal;
}

type Work<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/**
 * Does one step and adds what it found to the facts. What a service does wrong is an outcome; what throws is wrong
 * with the run.
 */
export function perform(step: Step, stagehand: Stagehand): Promise<Performance> {
  switch (step.kind) {
    case 'start':
      return start(step, stagehand);
    case 'build':
      return build(step, stagehand);
    case 'stage':
      return runStage(step, stagehand);
    case 'gate':
      return askGate(step, stagehand);
    case 'deploy':
      return deploy(step, stagehand);
    default:
      return unreachable(step);
  }
}

async function start({ what }: Work<'start'>, { world, facts, signal }: Stagehand): Promise<Performance> {
  facts.cluster = (await world.start(what, signal)) ?? facts.cluster;
  return { outcome: 'pass' };
}

async function build({ service }: Work<'build'>, hand: Stagehand): Promise<Performance> {
  const { config, world, facts, signal } = hand;
  try {
    const artifact = await world.build(serviceNamed(config, service), signal);
    facts.artifacts.set(service, artifact);
    world.report({ kind: 'artifact-built', artifact });
    world.record([{ kind: 'artifact', runId: world.runId, artifact }]);
    return { outcome: 'pass', detail: `${artifact.version} ${artifact.digest.slice(0, 19)}` };
  } catch (error) {
    if (!(error instanceof StagegateError) || error.code !== 'SG_BUILD_FAILED') throw error;
    const message = redact(error.message);
    facts.buildFailures.set(service, firstLine(message));
    return { outcome: 'fail', detail: message };
  }
}

async function runStage(step: Work<'stage'>, hand: Stagehand): Promise<Performance> {
  const { world, facts, signal } = hand;
  const subjects: string[] = [];
  const blocked: StageResult[] = [];
  for (const service of step.services) {
    const artifact = facts.artifacts.get(service);
    if (artifact === undefined) continue;
    const because = whyNoSubject(service, step, hand);
    if (because === null) subjects.push(service);
    else blocked.push(blockedResult(artifact, step.stage, because, world));
  }
  const ran =
    subjects.length === 0
      ? []
      : await world.runStage(
          {
            stage: step.stage,
            services: subjects,
            environment: step.environment,
            artifacts: facts.artifacts,
            onTest: (service, test) =>
              world.report({ kind: 'test-finished', stage: step.stage, service, test: redactCase(test) }),
          },
          signal,
        );
  const results = [...ran.map(redactResult), ...blocked];
  facts.results.push(...results);
  for (const result of results) world.report({ kind: 'stage-finished', result });
  world.record(
    results.map((result) => ({ kind: 'evidence', runId: world.runId, result: evidenceOf(result) })),
  );
  return summaryOf(ran);
}

function summaryOf(ran: readonly StageResult[]): Performance {
  if (ran.length === 0) return { outcome: 'skipped', detail: 'nothing got this far' };
  const passed = ran.reduce((sum, { tests }) => sum + tests.passed, 0);
  const failed = ran.reduce((sum, { tests }) => sum + tests.failed, 0);
  const bad = ran.filter(({ status }) => status !== 'pass');
  const blamed = bad.some(({ status }) => status === 'fail');
  return {
    outcome: blamed ? 'fail' : bad.length > 0 ? 'inconclusive' : 'pass',
    detail: [
      `${passed} of ${passed + failed} tests`,
      ...bad.map(({ service, because }) => `${service}: ${because ?? 'failed'}`),
    ].join('; '),
  };
}

/** Why a service is not tested in this stage; null when it is. */
function whyNoSubject(service: string, step: Work<'stage'>, { config, facts }: Stagehand): string | null {
  const { environment, stage } = step;
  if (environment === null) return null;
  const gate = facts.verdicts.findLast(
    (verdict) => verdict.service === service && verdict.to === environment,
  );
  if (gate !== undefined && gate.kind !== 'pass') return `it is held back from ${environment}`;
  if (stage !== 'acceptance') return null;
  // The subject of acceptance is the system: without a part of it, every journey would blame the innocent.
  const missing = config.services.map(({ name }) => name).filter((name) => !facts.stands(name, environment));
  return missing.length === 0 ? null : `the system is not whole: ${missing.join(', ')} not in ${environment}`;
}

function blockedResult(artifact: Artifact, stage: StageName, because: string, world: World): StageResult {
  return {
    stage,
    service: artifact.service,
    status: 'skipped',
    tests: { passed: 0, failed: 0, skipped: 0 },
    cases: [],
    digest: artifact.digest,
    runtime: world.runtime,
    startedAt: isoNow(world),
    durationMs: 0,
    because,
  };
}

async function askGate(step: Work<'gate'>, { world, facts }: Stagehand): Promise<Performance> {
  const artifact = facts.artifacts.get(step.service);
  if (artifact === undefined) return { outcome: 'skipped', detail: 'there is no artifact: its build failed' };
  const verdict = judge(
    {
      artifact,
      from: step.from,
      to: step.to,
      requires: step.requires,
      neighbours: step.neighbours,
      decidedAt: isoNow(world),
    },
    { evidence: facts.results, deployments: facts.deployments, verdicts: facts.verdicts },
  );
  facts.verdicts.push(verdict);
  world.report({ kind: 'verdict', verdict });
  world.record([{ kind: 'verdict', runId: world.runId, verdict }]);
  const against = verdict.checks.filter(({ outcome }) => outcome !== 'pass');
  switch (verdict.kind) {
    case 'pass':
      return { outcome: 'pass' };
    case 'fail':
      return { outcome: 'fail', detail: against.map(({ reason }) => reason).join('; ') };
    default:
      return { outcome: 'inconclusive', detail: against.map(({ reason }) => reason).join('; ') };
  }
}

async function deploy(step: Work<'deploy'>, hand: Stagehand): Promise<Performance> {
  const { config, world, facts, signal } = hand;
  const { service, environment } = step;
  const artifact = facts.artifacts.get(service);
  if (artifact === undefined) return { outcome: 'skipped', detail: 'there is no artifact: its build failed' };
  if (step.gated && !facts.mayEnter(service, environment)) {
    return { outcome: 'skipped', detail: `it is held back from ${environment}` };
  }
  const missing = step.neighbours.filter((neighbour) => !facts.stands(neighbour, environment));
  if (missing.length > 0) {
    return {
      outcome: 'skipped',
      detail: `it calls ${missing.join(', ')}, which does not stand in ${environment}`,
    };
  }
  const about = { service, environment, digest: artifact.digest };
  try {
    const { tasks } = await world.deploy(
      {
        service: serviceNamed(config, service),
        environment,
        artifact,
        onProgress: (text) => world.report({ kind: 'step-progress', step: step.id, text }),
      },
      signal,
    );
    remember({ ...about, kind: 'stands', tasks }, artifact, hand);
    return { outcome: 'pass' };
  } catch (error) {
    if (!(error instanceof StagegateError) || error.code !== 'SG_DEPLOYMENT_FAILED') throw error;
    const message = redact(error.message);
    const because = firstLine(message).replace(`${service} in ${environment}: `, '');
    remember({ ...about, kind: 'fail', because }, artifact, hand);
    return { outcome: 'fail', detail: message };
  }
}

function remember(fact: DeploymentFact, artifact: Artifact, { world, facts }: Stagehand): void {
  facts.deployments.push(fact);
  world.record([
    {
      kind: 'deployment',
      runId: world.runId,
      service: fact.service,
      environment: fact.environment,
      version: artifact.version,
      digest: fact.digest,
      outcome: fact.kind,
      ...(fact.kind === 'fail' ? { because: fact.because } : {}),
      at: isoNow(world),
    },
  ]);
}

function serviceNamed(config: Config, name: string): ServiceConfig {
  const service = config.services.find((candidate) => candidate.name === name);
  if (service === undefined)
    throw new Error(`The plan names service "${name}", which the configuration lacks.`);
  return service;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function isoNow(world: World): string {
  return new Date(world.clock.now()).toISOString();
}
