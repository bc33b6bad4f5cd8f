import { html } from 'hono/html';
import type { Control, RunRecord } from '../../model/index.ts';
import { type Failure, failuresOf } from '../summary.ts';
import { moment } from '../wording.ts';
import type { Html } from './html.ts';

const controls: Readonly<Record<Control['kind'], string>> = {
  regression: 'A regression: it fails again, and passes with the version that is deployed today.',
  flaky: 'Flaky: it passes when it is repeated.',
  infrastructure: 'Not the candidate: it fails with the version that is deployed today too.',
  failing: 'It fails again; there is no earlier version to compare it with.',
};

/** Lines of a failure that fit above the fold. */
const mostLines = 8;

/** Of a run with failures: who caused the first one, what it said, and since when. Drawn into the answer. */
export function firstLook(record: RunRecord): Html | string {
  const failures = failuresOf(record);
  const first =
    failures.find(({ test }) => test?.failure?.cause !== undefined) ??
    failures.find(({ test }) => test !== undefined) ??
    failures[0];
  if (first === undefined || record.problems.length > 0) return '';
  const { service, stage, test, message, result } = first;
  const cause = test?.failure?.cause;
  const lines = message.split('\n').slice(0, mostLines);
  const index = failures.indexOf(first);
  return html`<div class="first">
    <p><b>${cause?.service ?? service}</b> ${cause === undefined ? html`failed ${stage}` : html`caused it: ${cause.because}`}</p>
    <p class="soft">${stage} of ${service}: <a href="#finding-${index + 1}">${test?.name ?? 'inconclusive'}</a></p>
    <pre>${lines.join('\n')}</pre>
    <p class="soft">${sinceWhen(first, record)}${result.control === undefined ? '' : ` ${controls[result.control.kind]}`}
    ${others(failures.length - 1)}</p>
  </div>`;
}

function sinceWhen({ service, stage }: Failure, { story, runId }: RunRecord): string {
  const known = story?.failing.find((one) => one.service === service && one.stage === stage);
  if (known === undefined) return '';
  const { since, lastPass } = known;
  const before =
    lastPass === null
      ? 'it has never passed'
      : `it last passed ${moment(lastPass.at)} in run ${lastPass.runId}`;
  return since.runId === runId
    ? `New in this run; ${before}.`
    : `Failing since ${moment(since.at)} (run ${since.runId}); ${before}.`;
}

function others(count: number): Html | string {
  if (count <= 0) return '';
  return html`<a href="#findings">${count} more ${count === 1 ? 'finding' : 'findings'}</a>`;
}
