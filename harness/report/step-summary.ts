import type { RunRecord } from '../model/index.ts';
import { duration, firstLine, shortDigest } from '../model/index.ts';
import { answerOf, failuresOf, holdbacksOf, isStage, placementOf, serviceNamesOf } from './summary.ts';
import { markOf, signs } from './wording.ts';

/** The record as a page of Markdown, for the summary that a CI shows above its logs. Pure. */
export function renderStepSummary(record: RunRecord): string {
  const { word, question, sentence, kind } = answerOf(record);
  return [
    `## ${signs[markOf(kind)]} ${record.system}: ${question} ${word}`,
    `${asText(sentence)} It took ${duration(record.durationMs)} under the ${record.runtime} runtime.`,
    reasons(record).join('\n'),
    road(record).join('\n'),
  ]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

function reasons(record: RunRecord): string[] {
  if (record.problems.length > 0) {
    return record.problems.map(({ code, message }) => `- **${code}** ${asText(firstLine(message))}`);
  }
  return [
    ...holdbacksOf(record).map(
      ({ service, environment, reasons }) =>
        `- **${service} → ${environment}** ${asText(firstLine(reasons[0] ?? ''))}`,
    ),
    ...failuresOf(record).map(({ service, stage, test, message }) => {
      const { cause } = test?.failure ?? {};
      const why = cause === undefined ? '' : `caused by ${cause.service}: ${cause.because}; `;
      return `- **${service} · ${stage}** ${asText(test?.name ?? 'inconclusive')}: ${asText(why + firstLine(message))}`;
    }),
  ];
}

function road(record: RunRecord): string[] {
  const environments = record.environments.map(({ name }) => name);
  if (environments.length === 0 || isStage(record.target)) return [];
  const rows = serviceNamesOf(record).map((service) => {
    const built = record.services.find(({ name }) => name === service);
    const cells = environments.map((environment) => {
      const verdict = placementOf(record, service, environment)?.verdict ?? 'inconclusive';
      return `${signs[markOf(verdict)]} ${verdict}`;
    });
    const identity = built === undefined ? 'not built' : `${built.version} \`${shortDigest(built.digest)}\``;
    return `| ${[service, ...cells, identity].join(' | ')} |`;
  });
  return [
    `| service | ${environments.join(' | ')} | version |`,
    `|${' --- |'.repeat(environments.length + 2)}`,
    ...rows,
  ];
}

/** What services and tests say is no markup. */
function asText(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|&]/g, (character) => `&#${character.charCodeAt(0)};`);
}
