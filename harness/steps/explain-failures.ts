import { attribute, type Observation } from '../attribution/index.ts';
import type { Config } from '../config/index.ts';
import { promotedIn, type State } from '../ledger/index.ts';
import {
  type Artifact,
  type Incident,
  type StageName,
  type StageResult,
  type TestCase,
  type Topology,
  topologyOf,
} from '../model/index.ts';
import { requestTag } from '../plumbing/request-tag.ts';
import type { StepContext } from './context.ts';

export interface TestedStage {
  readonly stage: StageName;
  readonly environment: string | null;
  /** When its tests began. */
  readonly sinceMs: number;
  /** What was tested. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
}

/** Results with whoever caused each failure, and what happened to tasks meanwhile. */
export async function explainFailures(
  results: readonly StageResult[],
  { environment, sinceMs, artifacts }: TestedStage,
  { known, effects }: Pick<StepContext, 'known' | 'effects'>,
): Promise<{ readonly results: readonly StageResult[]; readonly incidents: readonly Incident[] }> {
  if (environment === null || results.length === 0) return { results, incidents: [] };
  const failing = results.flatMap(({ cases }) => cases.filter(({ outcome }) => outcome === 'fail'));
  const observed = await effects.observe({ environment, sinceMs, tags: failing.map(tagOf) });
  const topology = topologyOf(known.config.services);
  const changed = changedSince(artifacts, known.config, known.state);
  return {
    results: results.map((result) => withCauses(result, { observed, topology, changed })),
    incidents: observed.incidents,
  };
}

function withCauses(
  result: StageResult,
  about: {
    readonly observed: Observation;
    readonly topology: Topology;
    readonly changed: ReadonlySet<string> | null;
  },
): StageResult {
  if (result.status !== 'fail') return result;
  const cases = result.cases.map((one): TestCase => {
    if (one.failure === undefined) return one;
    const cause = attribute({ tag: tagOf(one), ...about });
    return cause === null ? one : { ...one, failure: { ...one.failure, cause } };
  });
  const found = cases.flatMap(({ failure }) => failure?.cause ?? []);
  const causes = [...Map.groupBy(found, ({ service }) => service).values()].flatMap(([first]) => first ?? []);
  const unexplained = result.tests.failed - found.length;
  const [first] = causes;
  if (first === undefined) return { ...result, unexplained };
  return {
    ...result,
    cases,
    causes,
    unexplained,
    because: `${first.service}: ${first.because}; ${result.because ?? ''}`,
  };
}

/** What fails around tests is named after them; its requests belong to no test. */
function tagOf({ file, name }: Pick<TestCase, 'file' | 'name'>): string {
  return requestTag(file, / > hooks$|^loading the file$/.test(name) ? '' : name);
}

/** Services whose bytes differ from what the last environment was cleared for; null before its first yes. */
export function changedSince(
  artifacts: ReadonlyMap<string, Artifact>,
  { environments }: Config,
  state: State,
): ReadonlySet<string> | null {
  const target = environments.at(-1)?.name ?? '';
  const tested = [...artifacts.values()];
  if (tested.every(({ service }) => promotedIn(state, service, target) === undefined)) return null;
  const changed = tested.filter(
    ({ service, digest }) => promotedIn(state, service, target)?.digest !== digest,
  );
  return new Set(changed.map(({ service }) => service));
}
