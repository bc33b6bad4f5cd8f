import type { Cause, RunRecord, StageResult, VerdictKind } from '../../model/index.ts';
import { controlSentence, duration, firstLine, shortDigest } from '../../model/index.ts';
import {
  answerOf,
  type Failure,
  failuresOf,
  holdbacksOf,
  isStage,
  pathOf,
  placementOf,
  serviceNamesOf,
  stagesOf,
} from '../summary.ts';
import { type Mark, markOf, moment, signs } from '../wording.ts';
import { columns } from './columns.ts';
import type { Palette } from './palette.ts';

export interface LastPage {
  readonly record: RunRecord;
  /** Reports that were written, as they should be shown. */
  readonly files: readonly string[];
  /** What the reports had to leave out; the record's own notices come before them. */
  readonly notices: readonly string[];
  readonly palette: Palette;
}

/** What a person reads when the run is over: may it go, why, how long did what take, where are the reports. Pure. */
export function renderLastPage(page: LastPage): string {
  const { record, palette } = page;
  const { word, question, sentence, kind } = answerOf(record);
  const parts = [
    [
      palette.soft(
        `${record.system} · ${moment(record.startedAt)} · run ${record.runId} · ${record.runtime} runtime`,
      ),
      `${question} ${palette.strong(palette.mark(markOf(kind), `${signs[markOf(kind)]} ${word}.`))} ${sentence}`,
    ],
    why(page),
    places(page),
    evidence(page),
    findings(page),
    times(page),
    notes(page),
    reports(page),
  ];
  return `\n${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')}`;
}

function why({ record, palette }: LastPage): string[] {
  if (record.problems.length > 0) {
    return record.problems.flatMap(({ code, message, hint }) => [
      `${palette.sign('bad')} ${palette.strong(code)}: ${message}`,
      `  ${hint}`,
    ]);
  }
  return holdbacksOf(record).map(({ service, environment, verdict, reasons }) => {
    const said = reasons.map(firstLine).join('; ') || 'no reason was given';
    return `${palette.sign(markOf(verdict))} ${palette.strong(`${service} → ${environment}`)}: ${said}`;
  });
}

const placeWords: Readonly<Record<VerdictKind, string>> = {
  pass: 'deployed',
  fail: 'rejected',
  pending: 'pending',
  inconclusive: 'unknown',
};

function places({ record, palette }: LastPage): string[] {
  const { environments, services } = record;
  if (environments.length === 0 || isStage(record.target)) return [];
  const rows = serviceNamesOf(record).map((service) => {
    const built = services.find(({ name }) => name === service);
    const cells = environments.map(({ name }) => {
      const verdict = placementOf(record, service, name)?.verdict ?? 'inconclusive';
      return palette.mark(markOf(verdict), `${signs[markOf(verdict)]} ${placeWords[verdict]}`);
    });
    const identity = built === undefined ? ['not built'] : [built.version, shortDigest(built.digest)];
    return [service, ...cells, ...identity.map(palette.soft)];
  });
  const head = ['', ...environments.map(({ name }) => name), 'version', 'digest'].map((cell) =>
    palette.soft(cell),
  );
  return columns([head, ...rows]);
}

function evidence({ record, palette }: LastPage): string[] {
  const rows = stagesOf(record).map((stage) => {
    const results = record.stages.filter((result) => result.stage === stage);
    const sum = (pick: 'passed' | 'failed' | 'skipped'): number =>
      results.reduce((total, { tests }) => total + tests[pick], 0);
    const took = spanOf(record, stage);
    const others = [
      ...(sum('failed') > 0 ? [`${sum('failed')} failed`] : []),
      ...(sum('skipped') > 0 ? [`${sum('skipped')} skipped`] : []),
      ...countStatus(results, 'inconclusive'),
      ...countStatus(results, 'skipped'),
    ];
    return [
      `${palette.sign(markOfAll(results))} ${stage}`,
      duration(took),
      `${sum('passed')} passed`,
      others.join(', '),
    ];
  });
  return columns(rows).map((line) => line.trimEnd());
}

/** From the first of the stage's steps to the last; steps run side by side. */
function spanOf({ steps }: RunRecord, stage: string): number {
  const own = steps.filter(({ id }) => id.startsWith(`verify ${stage} `));
  const starts = own.flatMap(({ startedMs }) => startedMs ?? []);
  const ends = own.map(({ startedMs = 0, durationMs }) => startedMs + durationMs);
  return starts.length === 0 ? 0 : Math.max(...ends) - Math.min(...starts);
}

function markOfAll(results: RunRecord['stages']): Mark {
  const marks = new Set(results.map(({ status }) => markOf(status)));
  if (marks.has('bad')) return 'bad';
  return marks.size === 1 ? ([...marks][0] ?? 'idle') : 'unsure';
}

function countStatus(results: RunRecord['stages'], status: 'inconclusive' | 'skipped'): string[] {
  const names = results.filter((result) => result.status === status).map(({ service }) => service);
  const word = status === 'skipped' ? 'not run' : 'inconclusive';
  return names.length === 0 ? [] : [`${word}: ${names.join(', ')}`];
}

/** More would push the answer off the screen; the report has them all. */
const shownFindings = 12;
const shownLines = 6;

function findings({ record, palette }: LastPage): string[] {
  const failures = failuresOf(record);
  const lines = failures.slice(0, shownFindings).flatMap((failure) => finding(failure, palette));
  const more = failures.length - shownFindings;
  return more > 0 ? [...lines, palette.soft(`and ${more} more in the report`)] : lines;
}

function finding({ stage, service, test, message, result }: Failure, palette: Palette): string[] {
  const mark = markOf(result.status);
  const text = message.split('\n').filter((line) => line.trim() !== '');
  return [
    `${palette.sign(mark)} ${palette.strong(`${service} · ${stage}`)} ${test?.name ?? 'inconclusive'}`,
    ...causeLines(test?.failure?.cause),
    ...controlLines(result),
    ...(test === undefined ? [] : [palette.soft(`  ${test.file}`)]),
    ...text.slice(0, shownLines).map((line) => `  ${line}`),
    ...(text.length > shownLines
      ? [palette.soft(`  … ${text.length - shownLines} more lines in the report`)]
      : []),
  ];
}

/** Before what the test saw, because that is a consequence. */
function causeLines(cause: Cause | undefined): string[] {
  return cause === undefined ? [] : [`  caused by ${cause.service}: ${cause.because}`];
}

/** A repetition is always told, whatever it found. */
function controlLines({ control }: StageResult): string[] {
  return control === undefined ? [] : [`  ${controlSentence(control)}`];
}

function times({ record, palette }: LastPage): string[] {
  const stages = stagesOf(record).map((stage) => [stage, spanOf(record, stage)] as const);
  const others = record.steps
    .filter(({ id }) => !id.startsWith('verify '))
    .map(({ title, durationMs }) => [title, durationMs] as const);
  const longest = [...stages, ...others]
    .filter(([, tookMs]) => tookMs > 0)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([title, tookMs]) => `${title} ${duration(tookMs)}`);
  const said = longest.length === 0 ? '' : palette.soft(`  longest: ${longest.join(', ')}`);
  return [`Took ${palette.strong(duration(record.durationMs))}${said}`, ...pathLine(record, palette)];
}

/** What to make faster: the other steps ran beside these. */
function pathLine(record: RunRecord, palette: LastPage['palette']): string[] {
  const path = pathOf(record);
  if (path.length < 2) return [];
  const steps = path.map(({ title, durationMs }) => `${title} ${duration(durationMs)}`).join(' → ');
  return [palette.soft(`Critical path ${duration(record.criticalPath?.durationMs ?? 0)}: ${steps}`)];
}

function notes({ record, notices, palette }: LastPage): string[] {
  return [...record.notices, ...notices].map((notice) => palette.soft(`note: ${notice}`));
}

function reports({ files, palette }: LastPage): string[] {
  return files.length === 0 ? [] : [palette.strong('Reports'), ...files.map((file) => `  ${file}`)];
}
