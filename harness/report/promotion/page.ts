import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { RunRecord } from '../../model/index.ts';
import { answerOf } from '../summary.ts';
import { markOf, moment, signs } from '../wording.ts';
import { answerSection } from './answer.ts';
import { changesSection } from './changes.ts';
import { evidenceSection } from './evidence.ts';
import type { Html } from './html.ts';
import { nextSteps } from './next-steps.ts';
import { placesSection } from './places.ts';
import { script, styles } from './styles.ts';
import { timelineSection } from './timeline.ts';
import { trendSection } from './trend.ts';
import { debtSection, untestedSection } from './untested.ts';

/** The one script that the page's content policy lets run. */
const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;

/** Another report of the same run, as a link relative to the page. */
export interface ReportLink {
  readonly title: string;
  readonly href: string;
}

/**
 * The promotion report: one page that opens from disk and asks nothing of the network. All text from services and tests
 * is escaped. Pure.
 */
export async function renderPromotionPage(record: RunRecord, links: readonly ReportLink[]): Promise<string> {
  const { kind, word } = answerOf(record);
  const page = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${raw(scriptHash)}'; img-src data:; base-uri 'none'; form-action 'none'">
  <title>${signs[markOf(kind)]} ${word}: ${record.system} to ${record.target}</title>
  <link rel="icon" href="data:,">
  <style>${raw(styles)}</style>
</head>
<body>
  <header class="top">
    <strong>${record.system}</strong><span>promotion report</span>
    <span class="right">${moment(record.startedAt)}</span><span>run <span class="mono">${record.runId}</span></span>
  </header>
  <main>
    ${answerSection(record)}
    ${linksOf(links)}
    ${nextSteps(record)}
    ${changesSection(record)}
    ${placesSection(record)}
    ${evidenceSection(record)}
    ${untestedSection(record)}
    ${debtSection(record)}
    ${trendSection(record)}
    ${timelineSection(record)}
    ${notices(record)}
  </main>
  <footer>stagegate · ${record.commit === null ? 'no commit' : html`commit <span class="mono">${record.commit}</span>`} · drawn from run.json</footer>
  <script>${raw(script)}</script>
</body>
</html>
`;
  return String(await page);
}

function linksOf(links: readonly ReportLink[]): Html | string {
  if (links.length === 0) return '';
  return html`<ul class="links">${links.map(({ title, href }) => html`<li><a href="${href}">${title}</a></li>`)}</ul>`;
}

function notices({ notices }: RunRecord): Html | string {
  if (notices.length === 0) return '';
  return html`
    <h2 id="notices">Good to know</h2>
    <p>What was left out or done in another way; none of it changes the answer.</p>
    <ul class="notes">${notices.map((notice) => html`<li>${notice}</li>`)}</ul>`;
}
