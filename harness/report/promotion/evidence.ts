import { html } from 'hono/html';
import type { RunRecord, StageName, StageResult, TestCase } from '../../model/index.ts';
import { controlSentence, duration } from '../../model/index.ts';
import { type Failure, failuresOf, resultOf, serviceNamesOf, stagesOf } from '../summary.ts';
import { markOf, moment, signs } from '../wording.ts';
import type { Html } from './html.ts';

/** What every stage found about every service, and below it each failure. */
export function evidenceSection(record: RunRecord): Html | string {
  const stages = stagesOf(record);
  if (stages.length === 0) return '';
  const failures = failuresOf(record);
  return html`
    <h2 id="evidence">Evidence</h2>
    <p>Tests passed per stage and service, and the time they took. It counts for the digest above and no other.</p>
    <div class="scroll"><table>
      <thead><tr>
        <th scope="col">Service</th>
        ${stages.map((stage) => html`<th scope="col">${stage}</th>`)}
      </tr></thead>
      <tbody>
        ${serviceNamesOf(record).map(
          (service) => html`<tr>
            <th scope="row">${service}</th>
            ${stages.map((stage) => cell(resultOf(record, stage, service), failures))}
          </tr>`,
        )}
      </tbody>
      <tfoot><tr><th scope="row">Together</th>${stages.map((stage) => total(record, stage))}</tr></tfoot>
    </table></div>
    ${failures.length === 0 ? '' : html`<h2 id="findings">Failures</h2>`}
    ${failures.map(finding)}`;
}

function cell(result: StageResult | undefined, failures: readonly Failure[]): Html {
  if (result === undefined) return html`<td class="result idle"><b>·</b><span>not run</span></td>`;
  const { status, tests, durationMs, because, reused } = result;
  const mark = markOf(status);
  const sign = html`<b><i aria-hidden="true" style="font-style:normal">${signs[mark]}</i> ${headline(result)}</b>`;
  const index = failures.findIndex((failure) => failure.result === result);
  const linked = index === -1 ? sign : html`<a href="#finding-${index + 1}">${sign}</a>`;
  const took =
    status === 'skipped'
      ? (because ?? '')
      : reused === undefined
        ? duration(durationMs)
        : `reused from ${moment(reused.at)}`;
  const skipped = tests.skipped > 0 ? ` · ${tests.skipped} skipped` : '';
  return html`<td class="result ${mark}" title="${because ?? ''}">${linked}<span>${took}${skipped}</span></td>`;
}

function headline({ status, tests }: StageResult): string {
  switch (status) {
    case 'pass':
      return `${tests.passed} passed`;
    case 'fail':
      return `${tests.failed} of ${tests.passed + tests.failed} failed`;
    case 'inconclusive':
      return 'inconclusive';
    case 'skipped':
      return 'not run';
  }
}

function total(record: RunRecord, stage: StageName): Html {
  const results = record.stages.filter((result) => result.stage === stage);
  const passed = results.reduce((sum, { tests }) => sum + tests.passed, 0);
  const failed = results.reduce((sum, { tests }) => sum + tests.failed, 0);
  const work = results.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return html`<td>${passed} passed${failed > 0 ? `, ${failed} failed` : ''} · ${duration(work)}</td>`;
}

function finding(failure: Failure, index: number): Html {
  const { stage, service, result, test, message } = failure;
  const stack = test?.failure?.stack;
  return html`<article class="failure ${markOf(result.status)}" id="finding-${index + 1}">
    <h3>${test?.name ?? `${stage} was inconclusive for ${service}`}</h3>
    <p>${stage} · ${service}${test === undefined ? '' : html` · <span class="mono">${test.file}</span> · ${duration(test.durationMs)}`}</p>
    ${causeOf(test)}
    ${controlOf(result)}
    <pre>${message.split('\n').map(diffLine)}</pre>
    ${stack === undefined ? '' : html`<details><summary>where it happened</summary><pre>${stack}</pre></details>`}
  </article>`;
}

/** Above what the test saw, because that is a consequence. */
function causeOf(test: TestCase | undefined): Html | string {
  const cause = test?.failure?.cause;
  if (cause === undefined) return '';
  const { service, because, evidence } = cause;
  return html`<p><b>Caused by ${service}</b>: ${because}</p>
    ${evidence.length === 0 ? '' : html`<details><summary>what was seen</summary><pre>${evidence.join('\n')}</pre></details>`}`;
}

/** Every repetition is shown, whatever it found. */
function controlOf({ control }: StageResult): Html | string {
  if (control === undefined) return '';
  return html`<p><b>Run again</b>: ${controlSentence(control)}</p>
    <ul>${control.rounds.map(({ subject, version, passed, failed, failure }) => {
      const what = `${subject}${version === null ? '' : ` (${version})`}: ${passed} passed, ${failed} failed`;
      return html`<li>${what}${failure === null ? '' : `: ${failure}`}</li>`;
    })}</ul>`;
}

/** Vitest writes what was expected with a minus and what came with a plus. */
function diffLine(line: string, index: number, lines: readonly string[]): Html {
  const end = index < lines.length - 1 ? '\n' : '';
  const kind = line.startsWith('+ ') ? 'plus' : line.startsWith('- ') ? 'minus' : '';
  return kind === '' ? html`${line}${end}` : html`<span class="${kind}">${line}</span>${end}`;
}
