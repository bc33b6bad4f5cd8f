/** All of the page's style: system fonts, no network, light and dark by the reader's own setting. */
export const styles = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #16191f; --soft: #5b6472; --line: #e3e6eb; --wash: #f0f2f5;
  --good: #0b7a4b; --good-wash: #e3f4eb; --bad: #b3261e; --bad-wash: #fbe9e7;
  --unsure: #8a5a00; --unsure-wash: #fdf1da; --idle: #6b7280; --idle-wash: #eef0f3;
  --accent: #2f5bd3;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101319; --card: #181c24; --ink: #e8ebf0; --soft: #9aa4b2; --line: #2a303b; --wash: #1f242e;
    --good: #4cc38a; --good-wash: #11291e; --bad: #ff8a80; --bad-wash: #36191a;
    --unsure: #f0b95b; --unsure-wash: #322611; --idle: #8b95a3; --idle-wash: #20252e;
    --accent: #8fb0ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
main, .top { max-width: 1180px; margin: 0 auto; padding: 0 28px; }
.top { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; padding-top: 22px; color: var(--soft); font-size: 13px; }
.top strong { color: var(--ink); font-size: 15px; letter-spacing: -0.01em; }
.top .right { margin-left: auto; }
a { color: var(--accent); text-underline-offset: 3px; }
a:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h2 { font-size: 20px; letter-spacing: -0.015em; margin: 44px 0 4px; }
h2 + p { margin: 0 0 14px; color: var(--soft); }
.mono { font-family: var(--mono); font-size: 12.5px; }
.soft { color: var(--soft); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.good { --tone: var(--good); --tone-wash: var(--good-wash); }
.bad { --tone: var(--bad); --tone-wash: var(--bad-wash); }
.unsure { --tone: var(--unsure); --tone-wash: var(--unsure-wash); }
.idle { --tone: var(--idle); --tone-wash: var(--idle-wash); }

.answer {
  margin-top: 18px; padding: 34px 38px 30px; border-radius: 18px; background: var(--tone-wash);
  border: 1px solid color-mix(in srgb, var(--tone) 28%, transparent);
  display: grid; grid-template-columns: auto 1fr; gap: 6px 30px; align-items: center;
}
.answer .seal {
  grid-row: span 3; width: 104px; height: 104px; border-radius: 50%; background: var(--tone); color: var(--card);
  display: grid; place-items: center; font-size: 56px; line-height: 1; font-weight: 600;
}
.answer .question { margin: 0; color: var(--soft); font-size: 16px; }
.answer .word { margin: 0; font-size: 62px; line-height: 1.05; letter-spacing: -0.035em; font-weight: 720; color: var(--tone); }
.answer .sentence { margin: 0; font-size: 18px; max-width: 62ch; text-wrap: pretty; }
.answer .why { grid-column: 1 / -1; margin: 18px 0 0; padding: 0; list-style: none; display: grid; gap: 8px; }
.answer .why li { background: var(--card); border-radius: 10px; padding: 11px 16px; border-left: 4px solid var(--tone); overflow-wrap: anywhere; }
.answer .why b { font-weight: 650; }

.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 16px 0 0; padding: 0; }
.numbers div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 13px 16px; }
.numbers dt { color: var(--soft); font-size: 12.5px; }
.numbers dd { margin: 0; font-size: 21px; font-weight: 640; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.numbers dd small { display: block; font-size: 13px; font-weight: 400; letter-spacing: 0; color: var(--soft); }

.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 11px 14px; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 12.5px; font-weight: 600; color: var(--soft); white-space: nowrap; }
table.places { table-layout: fixed; min-width: 900px; }
table.places th:first-child { width: 17%; }
thead th.env { font-size: 13.5px; color: var(--ink); }
thead th.env + th.env::before { content: '→'; color: var(--soft); margin: 0 9px 0 -14px; font-weight: 400; }
tbody th { font-weight: 620; white-space: nowrap; }
tfoot td, tfoot th { color: var(--soft); font-size: 13px; background: var(--wash); font-weight: 500; }
tfoot th { font-weight: 600; }
.version { display: block; font-weight: 400; color: var(--soft); font-size: 13px; }
.digest {
  font-family: var(--mono); font-size: 12px; color: var(--soft); background: var(--wash); border: 1px solid var(--line);
  border-radius: 6px; padding: 1px 7px; cursor: copy; margin-top: 3px;
}
.digest:hover { color: var(--ink); }
.chip {
  display: inline-flex; align-items: center; gap: 7px; border-radius: 99px; padding: 2px 11px 2px 8px; white-space: nowrap;
  background: var(--tone-wash); color: var(--tone); font-weight: 600; font-size: 13.5px;
}
.chip i { font-style: normal; font-weight: 700; }
td details { margin-top: 4px; font-size: 13px; color: var(--soft); }
td summary { cursor: pointer; width: fit-content; }
td ul { margin: 5px 0 0; padding-left: 17px; font-size: 13px; color: var(--soft); overflow-wrap: anywhere; min-width: 150px; max-width: 36ch; }
td ul.say { color: var(--ink); }
td.result { background: color-mix(in srgb, var(--tone-wash) 55%, transparent); white-space: nowrap; }
td.result b { color: var(--tone); font-weight: 650; }
td.result span { display: block; max-width: 20ch; white-space: normal; font-size: 12.5px; color: var(--soft); }
td.result a { text-decoration: none; color: inherit; }

.failure { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 12px; padding: 15px 19px; margin-top: 12px; }
.failure h3 { margin: 0; font-size: 15.5px; font-weight: 640; overflow-wrap: anywhere; }
.failure p { margin: 2px 0 0; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
pre { font-family: var(--mono); font-size: 12.5px; line-height: 1.5; margin: 11px 0 0; padding: 12px 14px; background: var(--wash); border-radius: 9px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
pre .plus { color: var(--bad); } pre .minus { color: var(--good); }
.failure details summary { cursor: pointer; font-size: 13px; color: var(--soft); margin-top: 9px; width: fit-content; }

.time td, .time th { padding: 3px 14px; border-top: 0; font-size: 13px; vertical-align: middle; }
.time tbody tr:hover { background: var(--wash); }
.time tbody th { font-weight: 450; }
.time tbody tr.group th { padding-top: 12px; font-weight: 640; }
.time .track { width: 66%; padding-left: 0; padding-right: 0; }
.time svg { display: block; width: 100%; height: 12px; }
.time svg .lane { fill: var(--wash); } .time svg .bar { fill: var(--tone); }
.time td.took { text-align: right; white-space: nowrap; color: var(--soft); }

.notes { margin: 0; padding: 14px 18px 14px 34px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
.links { display: flex; flex-wrap: wrap; gap: 10px; padding: 0; margin: 14px 0 0; list-style: none; }
.links a { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 8px 15px; text-decoration: none; font-weight: 560; }
.links a:hover { border-color: var(--accent); }
footer { max-width: 1180px; margin: 0 auto; padding: 34px 28px 44px; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main, .top, footer { padding-left: 16px; padding-right: 16px; }
  .answer { grid-template-columns: 1fr; padding: 24px 22px; } .answer .seal { grid-row: auto; width: 72px; height: 72px; font-size: 40px; }
  .answer .word { font-size: 48px; } .time .track { width: 45%; }
}
.first { grid-column: 1 / -1; margin-top: 18px; padding-top: 14px; border-top: 1px solid color-mix(in srgb, var(--tone) 28%, transparent); }
.first p { margin: 0; overflow-wrap: anywhere; } .first p + p { margin-top: 4px; }
.first pre { max-height: 190px; overflow: auto; background: var(--card); margin: 8px 0; }
td ul { list-style: none; padding: 0; max-width: 60ch; } td ul li { margin-bottom: 3px; }
.trend { display: flex; gap: 6px; align-items: end; list-style: none; padding: 14px 18px; margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 14px; width: fit-content; max-width: 100%; overflow-x: auto; }
.trend li { display: grid; justify-items: center; gap: 4px; font-size: 12px; color: var(--tone); padding: 3px; border-radius: 6px; }
.trend svg { width: 22px; height: 56px; } .trend rect { fill: var(--tone); }
.trend li[aria-current] { outline: 2px solid var(--line); font-weight: 700; }
/* One page on paper: the answer, who must act, what changes, the environments, what was not tested and the debt. */
@media print {
  @page { margin: 10mm; size: A4; }
  :root { color-scheme: light; }
  body { background: #fff; font-size: 8.5pt; line-height: 1.3; }
  main, .top, footer { max-width: none; padding: 0; } footer { padding-top: 6pt; }
  .top { padding-top: 0; }
  .answer { padding: 8pt 12pt; margin-top: 4pt; border-radius: 8px; break-inside: avoid; }
  .answer .seal { width: 40pt; height: 40pt; font-size: 22pt; } .answer .word { font-size: 26pt; } .answer .sentence { font-size: 10pt; }
  h2 { font-size: 11pt; margin: 8pt 0 2pt; } h2 + p { margin-bottom: 3pt; }
  .scroll { break-inside: avoid; overflow: visible; } table.places { min-width: 0; }
  td, th { padding: 1.5pt 5pt; } td ul { margin-top: 1pt; font-size: 7.5pt; } .version, td.result span, .chip { font-size: 7.5pt; }
  .notes { padding: 3pt 8pt 3pt 20pt; } .first pre { max-height: 70pt; overflow: hidden; }
  .answer .why { margin-top: 4pt; gap: 3pt; } .answer .why li { padding: 2pt 8pt; } .first { margin-top: 4pt; padding-top: 4pt; }
  .links, #time, #time ~ *, #evidence, #evidence + p, #evidence + p + .scroll, details, td ul.say, .numbers, .digest, .failure, #findings { display: none; }
  body { zoom: 0.82; }
  .trend { padding: 4pt 8pt; } .trend svg { height: 24pt; }
}
`;

/** Copies a digest on click. Without it the page says all it has to say. */
export const script = `
addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('.digest') : null;
  if (!button) return;
  const shown = button.textContent;
  try { await navigator.clipboard.writeText(button.dataset.digest); button.textContent = 'copied'; }
  catch { button.textContent = button.dataset.digest; return; }
  setTimeout(() => { button.textContent = shown; }, 1200);
});
`;
