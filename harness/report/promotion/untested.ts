import { html } from 'hono/html';
import type { RunRecord, Verdict } from '../../model/index.ts';
import { moment } from '../wording.ts';
import type { Html } from './html.ts';

/** What nobody knows: said as plainly as what was tested. */
export function untestedSection({ story }: RunRecord): Html | string {
  if (story === undefined || story.untested.length === 0) return '';
  return html`
    <h2 id="untested">What was not tested</h2>
    <ul class="notes">${story.untested.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

/** What gates let through because somebody answers for it, the first to expire first. */
export function debtSection({ verdicts }: RunRecord): Html | string {
  const debts = verdicts.flatMap(debtsOf).toSorted((a, b) => (a.until < b.until ? -1 : 1));
  if (debts.length === 0) return '';
  return html`
    <h2 id="debt">Debt</h2>
    <p>What a gate let through because somebody answers for it, and until when.</p>
    <div class="scroll"><table>
      <thead><tr><th scope="col">Service</th><th scope="col">What</th><th scope="col">Answers for it</th><th scope="col">Until</th></tr></thead>
      <tbody>${debts.map(
        ({ service, what, owner, reason, until }) =>
          html`<tr><th scope="row">${service}</th><td>${what}<span class="version">${reason}</span></td><td>${owner}</td><td>${moment(until)}</td></tr>`,
      )}</tbody>
    </table></div>`;
}

function debtsOf({ service, checks }: Verdict) {
  return checks.flatMap(({ debt, reason }) =>
    debt === undefined ? [] : [{ service, what: reason, ...debt }],
  );
}
