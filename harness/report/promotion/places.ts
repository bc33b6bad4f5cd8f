import { html } from 'hono/html';
import type { Placement, RunRecord, RunService, VerdictKind } from '../../model/index.ts';
import { shortDigest } from '../../model/index.ts';
import { isStage, placementOf, serviceNamesOf } from '../summary.ts';
import { markOf, signs } from '../wording.ts';
import type { Html } from './html.ts';

const words: Readonly<Record<VerdictKind, string>> = {
  pass: 'deployed',
  fail: 'rejected',
  pending: 'pending',
  inconclusive: 'unknown',
};

/** Every service in every environment: what is deployed there, and why it is or is not. */
export function placesSection(record: RunRecord): Html | string {
  const environments = record.environments.map(({ name }) => name);
  if (environments.length === 0 || isStage(record.target)) return '';
  return html`
    <h2 id="environments">Environments</h2>
    <p>Built once, then the same bytes from gate to gate.</p>
    <div class="scroll"><table class="places">
      <thead><tr>
        <th scope="col">Service</th>
        ${environments.map((name) => html`<th scope="col" class="env">${name}</th>`)}
      </tr></thead>
      <tbody>
        ${serviceNamesOf(record).map((service) => {
          const built = record.services.find(({ name }) => name === service);
          return html`<tr>
            <th scope="row">${service}${identity(built)}</th>
            ${environments.map((environment) => cell(placementOf(record, service, environment), built))}
          </tr>`;
        })}
      </tbody>
    </table></div>`;
}

function identity(built: RunService | undefined): Html {
  if (built === undefined) return html`<span class="version">not built</span>`;
  return html`<span class="version">${built.version}</span>
    <button type="button" class="digest" data-digest="${built.digest}" title="${built.digest} (click to copy)">${shortDigest(built.digest)}</button>`;
}

function cell(placement: Placement | undefined, built: RunService | undefined): Html {
  if (placement === undefined) return html`<td><span class="chip idle"><i>·</i>unknown</span></td>`;
  const { verdict, reasons } = placement;
  const mark = markOf(verdict);
  const chip = html`<span class="chip ${mark}"><i aria-hidden="true">${signs[mark]}</i>${words[verdict]}</span>`;
  const items = reasons.map((reason) => html`<li>${reason}</li>`);
  if (verdict === 'pass') {
    return html`<td>${chip}${other(placement, built)}<details><summary>why</summary><ul>${items}</ul></details></td>`;
  }
  return html`<td>${chip}${other(placement, built)}<ul class="say">${items}</ul></td>`;
}

/** What is deployed there when it is not what this run built. */
function other({ version, digest }: Placement, built: RunService | undefined): Html | string {
  if (version === null || digest === null || digest === built?.digest) return '';
  return html`<span class="version" title="${digest}">${version} is deployed</span>`;
}
