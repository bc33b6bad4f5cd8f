import { html } from 'hono/html';
import { counted, type RunRecord, type ServiceChange, shortDigest } from '../../model/index.ts';
import { isStage } from '../summary.ts';
import { list, moment } from '../wording.ts';
import type { Html } from './html.ts';

/** Commits of one service that are shown at once; the others unfold. */
const shownCommits = 5;

/** What would be different in the target: versions, commits with their authors, and what is expected of others. */
export function changesSection({ story, target, services }: RunRecord): Html | string {
  if (story === undefined || isStage(target)) return '';
  const { changes } = story;
  const same = services.length - changes.length;
  return html`
    <h2 id="changes">What changes in ${target}</h2>
    <p>${changes.length === 0 ? `Nothing: ${target} has been cleared for exactly these bytes before.` : summary(changes, same)}</p>
    ${
      changes.length === 0
        ? ''
        : html`<div class="scroll"><table>
      <thead><tr><th scope="col">Service</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Commits</th><th scope="col">Contracts</th></tr></thead>
      <tbody>${changes.map(row)}</tbody>
    </table></div>`
    }`;
}

function summary(changes: readonly ServiceChange[], same: number): string {
  const authors = [...new Set(changes.flatMap(({ commits }) => commits.flatMap((commit) => commit.authors)))];
  const who = authors.length === 0 ? '' : ` by ${list(authors)}`;
  const commits = new Set(changes.flatMap(({ commits }) => commits.map(({ commit }) => commit))).size;
  const rest = same === 0 ? '' : `; ${counted(same, 'service')} ${same === 1 ? 'stays' : 'stay'} as they are`;
  return `${counted(changes.length, 'service')}, ${counted(commits, 'commit')}${who}${rest}.`;
}

function row({ service, from, to, commits, hasAllCommits, pacts }: ServiceChange): Html {
  return html`<tr>
    <th scope="row">${service}</th>
    <td>${from === null ? html`<span class="soft">new</span>` : html`${from.version}<span class="version" title="${from.digest}">${shortDigest(from.digest)}, since ${moment(from.promotedAt)}</span>`}</td>
    <td>${to.version}<span class="version" title="${to.digest}">${shortDigest(to.digest)}${sizes(from?.bytes ?? null, to.bytes)}</span></td>
    <td>${commitList(commits)}${hasAllCommits || commits.length === 0 ? '' : html`<span class="version">the last ones; the ledger does not know which of them are new</span>`}${commits.length === 0 ? html`<span class="soft">${hasAllCommits ? 'none: its own files are the same' : 'unknown'}</span>` : ''}</td>
    <td>${pacts.length === 0 ? html`<span class="soft">as before</span>` : html`<ul>${pacts.map((pact) => html`<li>${pact}</li>`)}</ul>`}</td>
  </tr>`;
}

function sizes(from: number | null, to: number): string {
  if (from === null || from === 0) return '';
  const percent = Math.round(((to - from) / from) * 100);
  return percent === 0 ? '' : `, ${percent > 0 ? '+' : ''}${percent} % bytes`;
}

function commitList(commits: ServiceChange['commits']): Html {
  const item = ({ commit, authors, subject }: ServiceChange['commits'][number]): Html =>
    html`<li><span class="mono">${commit}</span> ${subject ?? ''} <span class="soft">${authors.join(', ')}</span></li>`;
  const more = commits.slice(shownCommits);
  return html`<ul>${commits.slice(0, shownCommits).map(item)}</ul>${
    more.length === 0
      ? ''
      : html`<details><summary>${more.length} more</summary><ul>${more.map(item)}</ul></details>`
  }`;
}
