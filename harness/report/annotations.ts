import { firstLine, type RunRecord } from '../model/index.ts';
import { failuresOf, holdbacksOf } from './summary.ts';

/** GitHub shows ten errors and ten warnings of a step, and drops the others without a word. */
const mostPerLevel = 10;
/** Longer messages are cut by it. */
const longestMessage = 4_000;

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  readonly file?: string;
}

/** Workflow commands that mark failures in the list of changes, the worst first, and the rest counted in the last. Pure. */
export function renderAnnotations(record: RunRecord): readonly string[] {
  const all = annotationsOf(record);
  return (['error', 'warning'] as const).flatMap((level) => {
    const ofLevel = all.filter((one) => one.level === level);
    if (ofLevel.length <= mostPerLevel) return ofLevel.map(render);
    const rest = ofLevel.length - mostPerLevel + 1;
    return [
      ...ofLevel.slice(0, mostPerLevel - 1).map(render),
      render({ level, title: 'stagegate', message: `${rest} more; the promotion report has them all` }),
    ];
  });
}

function annotationsOf(record: RunRecord): readonly Annotation[] {
  const problems = record.problems.map(
    ({ code, message, hint }): Annotation => ({
      level: 'error',
      title: code,
      message: `${message}\n${hint}`,
    }),
  );
  const failures = failuresOf(record).map(({ service, stage, test, message, result }): Annotation => {
    const { cause } = test?.failure ?? {};
    const why = cause === undefined ? '' : `caused by ${cause.service}: ${cause.because}\n`;
    return {
      // What is flaky or not the candidate's is worth knowing, and not what keeps the change out.
      level: test === undefined || result.control?.kind === 'flaky' ? 'warning' : 'error',
      title: `${service} · ${stage}: ${test?.name ?? 'inconclusive'}`,
      message: why + message,
      ...(test === undefined ? {} : { file: test.file }),
    };
  });
  const held = holdbacksOf(record).map(
    ({ service, environment, reasons }): Annotation => ({
      level: 'warning',
      title: `${service} was not promoted to ${environment}`,
      message: firstLine(reasons[0] ?? 'no reason was given'),
    }),
  );
  return [...problems, ...failures, ...held];
}

function render({ level, title, message, file }: Annotation): string {
  const properties = [...(file === undefined ? [] : [`file=${property(file)}`]), `title=${property(title)}`];
  return `::${level} ${properties.join(',')}::${data(message.slice(0, longestMessage))}`;
}

/** What a service or a test says may not end the command, or begin another one. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
