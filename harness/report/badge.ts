import type { RunRecord } from '../model/index.ts';
import { answerOf, isStage } from './summary.ts';

const colours: Readonly<Record<string, string>> = {
  pass: '#0a6e43',
  fail: '#b02219',
  pending: '#2a56c6',
  inconclusive: '#855300',
};

/** Of a character of the badge's font, on average, in pixels. */
const characterWidth = 6.6;
const padding = 10;

/** `production: deployed` as a small picture for a README. Pure. */
export function renderBadge(record: RunRecord): string {
  const { kind } = answerOf(record);
  const left = record.target;
  const right = wordOf(record);
  const [leftWidth, rightWidth] = [widthOf(left), widthOf(right)];
  const width = leftWidth + rightWidth;
  const said = escapeXml(`${left}: ${right}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${said}"><title>${said}</title>
<rect width="${width}" height="20" rx="4" fill="#3a4250"/><path d="M${leftWidth} 0h${rightWidth - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H${leftWidth}z" fill="${colours[kind] ?? '#5a6270'}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="${padding}" y="14">${escapeXml(left)}</text><text x="${leftWidth + padding}" y="14">${escapeXml(right)}</text></g></svg>
`;
}

function wordOf(record: RunRecord): string {
  const { kind } = answerOf(record);
  if (isStage(record.target)) return kind;
  return { pass: 'deployed', fail: 'rejected', pending: 'pending', inconclusive: 'unknown' }[kind];
}

function widthOf(text: string): number {
  return Math.round(text.length * characterWidth + 2 * padding);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
