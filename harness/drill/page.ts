import type { DrillResult } from './outcome.ts';

const words: Readonly<Record<DrillResult['outcome'], string>> = {
  caught: '✓ caught',
  'blamed-another': '? stopped, and another service blamed',
  uncaught: '✗ uncaught',
  inconclusive: '? inconclusive',
  impossible: '· not planted',
};

/** What a drill found, as a page of its own. Pure. */
export function renderDrillPage(system: string, results: readonly DrillResult[]): string {
  const caught = results.filter(({ outcome }) => outcome === 'caught').length;
  const planted = results.filter(({ outcome }) => outcome !== 'impossible').length;
  const rows = results.map(
    ({ what, fault, service, outcome, by, gate, reason, seconds }) =>
      `<tr class="${outcome}"><th scope="row">${escapeHtml(service)}</th><td>${escapeHtml(what)}<br><small>${escapeHtml(fault)}</small></td>` +
      `<td>${words[outcome]}</td><td>${escapeHtml(by ?? '')}<br><small>${escapeHtml(gate ?? '')}</small></td>` +
      `<td>${escapeHtml(reason)}</td><td>${seconds} s</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeHtml(system)}: drill</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:72rem;padding:0 1rem}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #ccc;padding:.5rem;text-align:left;vertical-align:top}tr.uncaught,tr.blamed-another{background:#fdecea}small{color:#555}</style>
<h1>${escapeHtml(system)}: ${caught} of ${planted} planted faults were caught</h1>
<table><thead><tr><th>Service</th><th>Fault</th><th>Outcome</th><th>Caught by</th><th>Reason</th><th>Took</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
