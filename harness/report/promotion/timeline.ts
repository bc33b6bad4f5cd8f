import { html } from 'hono/html';
import type { RunRecord, StepRecord } from '../../model/index.ts';
import { counted as count, duration } from '../../model/index.ts';
import { pathOf } from '../summary.ts';
import { markOf } from '../wording.ts';
import type { Html } from './html.ts';

/** What took less would be a hair on the page: gates are decided in no time. */
const shortMs = 50;

/** Width of the drawing; the svg stretches it to the column. */
const scale = 1000;

/** When each step ran and how long it took, in the order they began. */
export function timelineSection(record: RunRecord): Html | string {
  const ran = record.steps
    .filter(({ outcome }) => outcome !== 'skipped')
    .toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  const drawn = ran.filter(({ durationMs }) => durationMs >= shortMs);
  const notes = [
    `${duration(record.durationMs)} in all`,
    ...note(ran.length - drawn.length, `took less than ${shortMs} ms and are left out`),
    ...note(record.steps.length - ran.length, 'never began'),
  ];
  const critical = new Set(pathOf(record).map(({ id }) => id));
  if (critical.size > 1) {
    const sum = duration(record.criticalPath?.durationMs ?? 0);
    notes.push(`the critical path, in bold, took ${sum}: nothing else decides how long the run takes`);
  }
  if (ran.length === 0) return '';
  const end = Math.max(record.durationMs, ...ran.map((step) => (step.startedMs ?? 0) + step.durationMs), 1);
  return html`
    <h2 id="time">Where the time went</h2>
    <p>${notes.join('; ')}.</p>
    <div class="scroll" style="padding:8px 0"><table class="time">
      <thead class="sr"><tr><th scope="col">Step</th><th scope="col">When</th><th scope="col">Took</th></tr></thead>
      <tbody>${drawn.map((step) => row(step, end, critical.has(step.id)))}</tbody>
    </table></div>`;
}

function note(steps: number, what: string): string[] {
  return steps === 0 ? [] : [`${count(steps, 'step')} ${what}`];
}

function row(step: StepRecord, end: number, isCritical: boolean): Html {
  const { title, outcome, startedMs = 0, durationMs, detail } = step;
  const x = (startedMs / end) * scale;
  const width = Math.max((durationMs / end) * scale, 2);
  const label = `from ${duration(startedMs)} to ${duration(startedMs + durationMs)}`;
  return html`<tr class="${markOf(outcome)}" title="${detail ?? ''}">
    <th scope="row">${isCritical ? html`<strong>${title}</strong><span class="sr"> (critical path)</span>` : title}</th>
    <td class="track"><svg viewBox="0 0 ${scale} 12" preserveAspectRatio="none" role="img" aria-label="${label}">
      <rect class="lane" width="${scale}" height="12" rx="2"></rect>
      <rect class="bar" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="12" rx="2"></rect>
    </svg></td>
    <td class="took">${duration(durationMs)}</td>
  </tr>`;
}
