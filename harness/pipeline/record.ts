import type { Config } from '../config/index.ts';
import {
  type ErrorCode,
  exitCodeOf,
  exitCodes,
  type RunEnvironment,
  type RunRecord,
  type VerdictKind,
} from '../model/index.ts';
import { placementsOf, worstOf } from '../policy/index.ts';
import type { Plan } from './plan.ts';
import type { RunFacts } from './run-facts.ts';
import type { World } from './world.ts';

export interface RecordInput {
  readonly config: Config;
  readonly plan: Plan;
  readonly world: Pick<World, 'runId' | 'runtime' | 'commit' | 'clock'>;
  readonly facts: RunFacts;
  readonly startedMs: number;
}

/** Everything a report is drawn from, as far as the run came. */
export function recordOfRun({ config, plan, world, facts, startedMs }: RecordInput): RunRecord {
  const environments = placementsOf({
    services: plan.services,
    environments: plan.environments,
    artifacts: [...facts.artifacts.values()],
    deployments: facts.deployments,
    verdicts: facts.verdicts,
    buildFailures: Object.fromEntries(facts.buildFailures),
  });
  return {
    schema: 'stagegate.run/1',
    runId: world.runId,
    system: config.system,
    runtime: world.runtime,
    verdict: verdictOf(plan, facts, environments),
    target: targetOf(plan),
    startedAt: new Date(startedMs).toISOString(),
    durationMs: world.clock.now() - startedMs,
    commit: world.commit,
    services: plan.services.flatMap((name) => {
      const artifact = facts.artifacts.get(name);
      if (artifact === undefined) return [];
      return [{ name, version: artifact.version, digest: artifact.digest, bytes: artifact.bytes }];
    }),
    stages: facts.results,
    environments,
    verdicts: facts.verdicts,
    steps: facts.steps,
    ...(facts.cluster === null ? {} : { cluster: facts.cluster }),
    notices: facts.notices,
    problems: facts.problems,
  };
}

/** A run passes when every service reached its target; a single stage, when all its results did. */
function verdictOf(plan: Plan, facts: RunFacts, environments: readonly RunEnvironment[]): VerdictKind {
  if (facts.problems.length > 0) return 'inconclusive';
  const placements =
    plan.request.kind === 'stage' ? [] : (environments.at(-1)?.services.map(({ verdict }) => verdict) ?? []);
  const failedSomewhere =
    facts.buildFailures.size > 0 ||
    facts.results.some(({ status }) => status === 'fail') ||
    facts.deployments.some(({ kind }) => kind === 'fail');
  const results =
    plan.request.kind === 'stage'
      ? facts.results.map(({ status }): VerdictKind => (status === 'pass' ? 'pass' : 'inconclusive'))
      : [];
  const worst = worstOf([...placements, ...results]);
  return worst !== 'pass' && failedSomewhere ? 'fail' : worst;
}

function targetOf({ request }: Plan): string {
  return request.kind === 'stage' ? request.stage : request.to;
}

export function exitCodeOfRun({ verdict, problems }: RunRecord): number {
  const [problem] = problems;
  if (problem !== undefined) return exitCodeOf(problem.code as ErrorCode);
  switch (verdict) {
    case 'pass':
      return exitCodes.yes;
    case 'pending':
      return exitCodes.pending;
    default:
      return exitCodes.no;
  }
}
