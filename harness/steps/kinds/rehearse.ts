import type { Step, StepEnd } from '../../engine/index.ts';
import {
  artifactOf,
  type BuiltArtifact,
  evidenceFor,
  objectIdOf,
  type Promotion,
  promotedIn,
  rehearsalOf,
} from '../../ledger/index.ts';
import type { StageName } from '../../model/index.ts';
import { measure, type ServiceInRehearsal } from '../../rehearsal/index.ts';
import type { StepContext, StepKind } from '../context.ts';
import { candidateOf, commonInputs, type Known } from '../known.ts';

/** Rolls what would change in an environment over what it runs, in a replica of it, and records what was measured. */
export interface RehearseStep extends Step {
  readonly kind: 'rehearse';
  /** The environment that would change. */
  readonly to: string;
  /** Stages that come before: what failed one is not rehearsed. */
  readonly requires: readonly StageName[];
}

export default {
  kind: 'rehearse',
  width: 1,
  inputs: ({ to }, known) => ({ ...commonInputs(known), to }),
  // Measurements are made anew; only where nothing would change is there nothing to do.
  reusable({ to }, _, known) {
    const candidates = known.config.services.map(({ name }) => candidateOf(name, known));
    const changes = candidates.some((candidate) => candidate === undefined || !isThere(candidate, to, known));
    return changes ? null : { outcome: 'pass', detail: `nothing changes in ${to}` };
  },
  run: async (steps, context) => Promise.all(steps.map((step) => rehearseTo(step, context))),
} satisfies StepKind<RehearseStep>;

async function rehearseTo(step: RehearseStep, context: StepContext): Promise<StepEnd> {
  const { known, effects, runId, signal } = context;
  const services = participants(step, known);
  if (services.every((one) => isKnown(one, context))) {
    return { outcome: 'pass', detail: `nothing changes in ${step.to} that was not rehearsed` };
  }
  const recording = await effects.rehearse(
    {
      environment: step.to,
      services,
      onProgress: (text) => context.report({ kind: 'step-progress', step: step.id, text }),
    },
    signal,
  );
  const content = JSON.stringify(recording);
  const rehearsal = { ...measure(recording), recording: objectIdOf(content) };
  await context.append([{ kind: 'rehearsal', runId, rehearsal }], [content]);
  const rolled = rehearsal.services.filter((one) => one.rolled).length;
  return { outcome: 'pass', detail: `${rolled} rolled out, ${recording.hops.length} requests` };
}

/**
 * Every service that can be there, with what it calls: its candidate, unless that failed before; beside it, what is promoted. A
 * promoted version whose bytes are gone is replaced by the candidate, which then rolls over itself.
 */
function participants({ to, requires }: RehearseStep, known: Known): readonly ServiceInRehearsal[] {
  const { services } = known.config;
  const alone = new Map(
    services.map((service) => {
      const promoted = promotedIn(known.state, service.name, to);
      const previous = promoted && availableArtifact(promoted, known);
      const built = candidateOf(service.name, known);
      const asked = requires.filter((stage) => service.exempt[stage] === undefined);
      const candidate = built !== undefined && hasPassed(built, asked, known) ? built : previous;
      const name = promoted === undefined ? null : { version: promoted.version, digest: promoted.digest };
      return [
        service.name,
        candidate && { service, candidate, promoted: name, previous: previous ?? null },
      ] as const;
    }),
  );
  const canRun = (name: string): boolean => {
    const one = alone.get(name);
    return one !== undefined && Object.values(one.service.neighbours).every(canRun);
  };
  return services.flatMap(({ name }) => (canRun(name) ? (alone.get(name) ?? []) : []));
}

/** Undefined where its bytes can no longer be had. */
function availableArtifact({ digest }: Promotion, known: Known): BuiltArtifact | undefined {
  const artifact = artifactOf(known.state, { digest });
  return artifact !== undefined && known.hasArtifact(artifact) ? artifact : undefined;
}

function hasPassed(candidate: BuiltArtifact, stages: readonly StageName[], { state }: Known): boolean {
  return stages.every((stage) => evidenceFor(state, candidate, stage).at(-1)?.status === 'pass');
}

/** It stays as it is, or was rehearsed over the same version by this run. */
function isKnown({ candidate, promoted }: ServiceInRehearsal, { known, runId }: StepContext): boolean {
  if (candidate.digest === promoted?.digest) return true;
  return rehearsalOf(known.state, candidate, promoted?.digest ?? null)?.rehearsal.runId === runId;
}

function isThere({ service, digest }: BuiltArtifact, to: string, { state }: Known): boolean {
  return promotedIn(state, service, to)?.digest === digest;
}
