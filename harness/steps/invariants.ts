import {
  type Artifact,
  type Cause,
  dependenciesOf,
  type StageName,
  type StageResult,
  type TestCase,
  type Topology,
  topologyOf,
} from '../model/index.ts';
import type { InvariantFinding } from '../rehearsal/index.ts';
import type { StepContext } from './context.ts';
import { changedSince } from './explain-failures.ts';

/**
 * The results of the acceptance stage with every invariant as one more test of the service in whose folder it is.
 */
export async function withInvariants(
  results: readonly StageResult[],
  about: {
    readonly stage: StageName;
    readonly environment: string | null;
    readonly artifacts: ReadonlyMap<string, Artifact>;
    readonly step: string;
  },
  context: StepContext,
): Promise<readonly StageResult[]> {
  const { stage, environment, artifacts, step } = about;
  const { known, effects, signal } = context;
  if (stage !== 'acceptance' || environment === null || results.length === 0) return results;
  const changed = changedSince(artifacts, known.config, known.state);
  const findings = await effects.checkInvariants(
    {
      environment,
      disturb: [...artifacts.keys()].filter((service) => changed?.has(service) ?? true),
      onProgress: (text) => context.report({ kind: 'step-progress', step, text }),
    },
    signal,
  );
  const blame: Blame = { changed, all: [...artifacts.keys()], topology: topologyOf(known.config.services) };
  return findings.reduce((all, finding) => added(all, finding, blame), results);
}

/** Who may be blamed. */
interface Blame {
  readonly all: readonly string[];
  /** Null before anything was promoted. */
  readonly changed: ReadonlySet<string> | null;
  readonly topology: Topology;
}

function added(
  results: readonly StageResult[],
  finding: InvariantFinding,
  blame: Blame,
): readonly StageResult[] {
  const owner = finding.file.split('/').at(-2) ?? '';
  const at = Math.max(
    0,
    results.findIndex(({ service }) => service === owner),
  );
  return results.map((result, index) => (index === at ? withCase(result, finding, owner, blame) : result));
}

function withCase(
  result: StageResult,
  { file, name, violation, killed, durationMs }: InvariantFinding,
  owner: string,
  blame: Blame,
): StageResult {
  const title = `invariant: ${name}`;
  if (violation === null) {
    const passed: TestCase = { name: title, file, outcome: 'pass', durationMs };
    const tests = { ...result.tests, passed: result.tests.passed + 1 };
    return { ...result, tests, cases: [...result.cases, passed] };
  }
  const when = killed === null ? '' : `after a task of ${killed} was killed: `;
  const cause = causeOf(`${when}${violation}`, killed, owner, blame);
  const message = `${when}${violation}`;
  const failed: TestCase = { name: title, file, outcome: 'fail', durationMs, failure: { message, cause } };
  const tests = { ...result.tests, failed: result.tests.failed + 1 };
  const because = result.because ?? `${cause.service}: ${cause.because}`;
  const causes = [...(result.causes ?? []).filter(({ service }) => service !== cause.service), cause];
  const unexplained = result.unexplained ?? 0;
  return { ...result, status: 'fail', tests, cases: [...result.cases, failed], because, causes, unexplained };
}

/**
 * Before any task was killed: the only service that changed, else the one whose invariant it is. After a kill: whoever calls
 * the killed one has to cope with that, so the invariant's own service where it does; else the killed one.
 */
function causeOf(seen: string, killed: string | null, owner: string, blame: Blame): Cause {
  const { all, changed, topology } = blame;
  const [only, ...others] = changed ?? [];
  const because = `an invariant does not hold: ${seen}`;
  if (killed === null) {
    const service = only !== undefined && others.length === 0 ? only : owner;
    const suspects = all.filter((name) => name !== service && changed?.has(name) !== false);
    return { service, because, evidence: [seen], suspects };
  }
  const copes = dependenciesOf(owner, topology).has(killed);
  const [likely, other] = copes ? [owner, killed] : [killed, owner];
  // What is as it was when everything held is not what broke it.
  const service = changed?.has(likely) === false && changed.has(other) ? other : likely;
  const suspects = [owner, killed].filter((name) => name !== service && changed?.has(name) !== false);
  return { service, because, evidence: [seen], suspects };
}
