import { html } from 'hono/html';
import { firstLine, type RunRecord } from '../../model/index.ts';
import { answerOf, type Holdback, holdbacksOf, isStage } from '../summary.ts';
import { list } from '../wording.ts';
import type { Html } from './html.ts';

/** Who must do what before the answer becomes yes. */
export function nextSteps(record: RunRecord): Html | string {
  const { target, problems } = record;
  if (isStage(target) || answerOf(record).kind === 'pass' || problems.length > 0) return '';
  // Who waits for another service has nothing to do.
  const held = holdbacksOf(record);
  const acting = held.filter(({ verdict }) => verdict !== 'inconclusive');
  const shown = acting.length > 0 ? acting : held;
  if (shown.length === 0) return '';
  return html`
    <h2 id="next">Who must act</h2>
    <div class="scroll"><table>
      <thead><tr><th scope="col">Service</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">How</th></tr></thead>
      <tbody>${shown.map((holdback) => row(holdback, record))}</tbody>
    </table></div>`;
}

function row({ service, environment, verdict, reasons }: Holdback, record: RunRecord): Html {
  return html`<tr>
    <th scope="row">${service}</th>
    <td>${who({ service, verdict }, record)}</td>
    <td>${firstLine(reasons[0] ?? 'no reason was given')}</td>
    <td class="mono">${command({ service, environment, verdict })}</td>
  </tr>`;
}

function who({ service, verdict }: Pick<Holdback, 'service' | 'verdict'>, { story }: RunRecord): string {
  if (verdict === 'pending') return 'whoever may approve';
  const commits = story?.changes.find((change) => change.service === service)?.commits ?? [];
  const authors = [...new Set(commits.slice(0, 5).flatMap((commit) => commit.authors))];
  return authors.length === 0 ? `whoever owns ${service}` : list(authors);
}

function command({
  service,
  environment,
  verdict,
}: Pick<Holdback, 'service' | 'environment' | 'verdict'>): string {
  return verdict === 'pending'
    ? `stagegate approve ${service} --to ${environment} --reason "…"`
    : `stagegate why ${service} --to ${environment}`;
}
