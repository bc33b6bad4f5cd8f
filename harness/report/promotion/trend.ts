import { html } from 'hono/html';
import { counted, duration, type RunRecord, type TrendPoint } from '../../model/index.ts';
import { markOf, moment, signs } from '../wording.ts';
import type { Html } from './html.ts';

/** How the last runs to the same target ended and how long they took: a bar each. */
export function trendSection({ story, target, runId }: RunRecord): Html | string {
  const trend = story?.trend ?? [];
  if (trend.length < 2) return '';
  const longest = Math.max(...trend.map(({ durationMs }) => durationMs), 1);
  const passed = trend.filter(({ verdict }) => verdict === 'pass').length;
  return html`
    <h2 id="trend">The last ${trend.length} runs to ${target}</h2>
    <p>${counted(passed, 'run')} of ${trend.length} got there. The taller the bar, the longer it took.</p>
    <ol class="trend">${trend.map((point) => bar(point, longest, point.runId === runId))}</ol>`;
}

function bar({ runId, startedAt, durationMs, verdict }: TrendPoint, longest: number, isThis: boolean): Html {
  const mark = markOf(verdict);
  const said = `run ${runId}, ${moment(startedAt)}: ${verdict}, ${duration(durationMs)}`;
  const height = Math.max(6, Math.round((durationMs / longest) * 56));
  return html`<li class="${mark}" title="${said}" ${isThis ? 'aria-current="true"' : ''}>
    <svg viewBox="0 0 10 56" preserveAspectRatio="none" role="img" aria-label="${said}"><rect x="0" y="${56 - height}" width="10" height="${height}" rx="1"></rect></svg>
    <span aria-hidden="true">${signs[mark]}</span>
  </li>`;
}
