import { html } from 'hono/html';
import type { RunRecord } from '../../model/index.ts';
import { counted as count, duration, firstLine } from '../../model/index.ts';
import { answerOf, failuresOf, type Holdback, holdbacksOf } from '../summary.ts';
import { markOf, signs } from '../wording.ts';
import { firstLook } from './first-look.ts';
import type { Html } from './html.ts';

/** The big answer, and below it what kept each service that was kept. */
export function answerSection(record: RunRecord): Html {
  const answer = answerOf(record);
  const mark = markOf(answer.kind);
  return html`
    <section class="answer ${mark}" aria-label="The answer">
      <div class="seal" aria-hidden="true">${signs[mark]}</div>
      <p class="question">${answer.question}</p>
      <h1 class="word">${answer.word}</h1>
      <p class="sentence">${answer.sentence}</p>
      ${reasons(record)}
      ${firstLook(record)}
    </section>
    ${numbers(record)}`;
}

function reasons(record: RunRecord): Html | string {
  const problems = record.problems.map(
    ({ code, message, hint }) =>
      html`<li class="bad"><b>${code}</b> ${message}<br><span class="soft">${hint}</span></li>`,
  );
  // When the infrastructure failed, that is the reason for everything else.
  const held = problems.length > 0 ? [] : holdbacksOf(record).map(holdback);
  const items = [...problems, ...held];
  return items.length === 0 ? '' : html`<ul class="why">${items}</ul>`;
}

function holdback({ service, environment, verdict, reasons }: Holdback): Html {
  const [first = 'no reason was given', ...others] = reasons;
  const more = others.length === 0 ? '' : html`<br><span class="soft">${others.join(' · ')}</span>`;
  return html`<li class="${markOf(verdict)}"><b>${service}</b> was not promoted to <b>${environment}</b>: ${firstLine(first)}${more}</li>`;
}

function numbers(record: RunRecord): Html {
  const sum = (pick: 'passed' | 'failed' | 'skipped'): number =>
    record.stages.reduce((total, { tests }) => total + tests[pick], 0);
  const failures = failuresOf(record).length;
  const { cluster } = record;
  return html`
    <dl class="numbers">
      <div><dt>Services built</dt><dd>${record.services.length}</dd></div>
      <div><dt>Tests passed</dt><dd>${sum('passed')} <small>${passedNote(failures, sum('skipped'))}</small></dd></div>
      <div><dt>Took</dt><dd>${duration(record.durationMs)}</dd></div>
      <div><dt>Runtime</dt><dd>${record.runtime}</dd></div>
      ${cluster === undefined ? '' : html`<div><dt>Cluster</dt><dd>${count(cluster.agents, 'agent')} <small>ready in ${duration(cluster.readyMs)}</small></dd></div>`}
    </dl>`;
}

function passedNote(failures: number, skipped: number): string {
  const parts = [failures > 0 ? `${count(failures, 'finding')} below` : 'none failed'];
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(', ');
}
