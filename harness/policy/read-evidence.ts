import type { Evidence } from '../ledger/index.ts';
import { controlSentence, type Outcome, shortDigest, timeOfDay, unreachable } from '../model/index.ts';

export interface Answer {
  readonly outcome: Exclude<Outcome, 'skipped'>;
  readonly reason: string;
}

/** What one result says to a gate. Silence is never a pass. */
export function readEvidence(evidence: Evidence): Answer {
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

function failureSentence(
  { stage, tests, firstFailure, because, causes = [], control }: Evidence,
  total: number,
): string {
  if (firstFailure === undefined) return `${stage} failed: ${because ?? `${tests.failed} of ${total} tests`}`;
  const message = firstFailure.message === '' ? '' : `: ${firstFailure.message}`;
  const [cause] = causes;
  const again = control === undefined ? '' : ` (${controlSentence(control)})`;
  const why = cause === undefined ? '' : ` because ${cause.because}`;
  return `${stage} failed ${tests.failed} of ${total}${why}, first "${firstFailure.test}"${message}${again}`;
}

/** The one that began last; of two that began together, the one recorded last. */
export function newestOf(results: readonly Evidence[]): Evidence | undefined {
  return results.reduce<Evidence | undefined>(
    (newest, one) => (newest === undefined || one.startedAt >= newest.startedAt ? one : newest),
    undefined,
  );
}
