import type { Digest, StageName, Verdict } from '../model/index.ts';
import { judge, type Policy } from '../policy/index.ts';
import { candidateOf, isLasting, type Known, serviceNamed } from './known.ts';

/** The gate, and who asks. */
export interface GateAsked {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly requires: readonly StageName[];
  readonly neighbours: readonly string[];
  /** Services that this one depends on, through others or not. */
  readonly dependsOn: readonly string[];
  /** Services that are promoted by the same plan. */
  readonly together: readonly string[];
  /** Whether the rollout must have been rehearsed. Absent: no. */
  readonly rehearsal?: boolean;
  /** Whether it goes back to a version that was there before. Absent: no. */
  readonly isRollback?: boolean;
}

export interface JudgedAt {
  readonly checks: Policy['checks'];
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
}

/** The answer of a gate about the candidate of its service; undefined when there is none. Pure. */
export function judgeGate(
  step: GateAsked,
  known: Known,
  { checks, decidedAt }: JudgedAt,
): Verdict | undefined {
  const { config, state } = known;
  const artifact = candidateOf(step.service, known);
  if (artifact === undefined) return undefined;
  const { from, to, neighbours, dependsOn, isRollback = false } = step;
  const { exempt, kind } = serviceNamed(config, step.service);
  const noRequests = exempt.traffic ?? (kind === 'worker' ? 'it is a worker' : undefined);
  const requires = step.requires.filter((stage) => exempt[stage] === undefined);
  const exemptions = step.requires.flatMap((stage) => {
    const because = exempt[stage];
    return because === undefined ? [] : [{ stage, because }];
  });
  const candidates = step.together.flatMap((service) => candidateOf(service, known) ?? []);
  const rules = config.gates.find((gate) => gate.from === from && gate.to === to)?.rules;
  const question = { artifact, from, to, neighbours, dependsOn, candidates, decidedAt, isRollback };
  return judge(
    // What ends with its command is built again when it is needed.
    isLasting(to, config) ? { ...question, available: availableOf(known) } : question,
    state,
    {
      requires,
      exemptions,
      ...(noRequests === undefined ? {} : { noRequests }),
      checks,
      rehearsal: step.rehearsal === true,
      roles: config.roles,
      quarantine: config.quarantine,
      ...(rules === undefined ? {} : { rules }),
    },
  );
}

function availableOf({ state, hasArtifact }: Known): ReadonlySet<Digest> {
  return new Set(state.artifacts.filter(hasArtifact).map(({ digest }) => digest));
}
