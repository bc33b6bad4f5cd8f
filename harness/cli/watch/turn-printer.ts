import { duration, firstLine, type RunEvent, type StageResult } from '../../model/index.ts';
import { type Mark, markOf, type Palette } from '../../report/index.ts';

/** What the answer to one save says: the steps that were done, what broke, and how long it took. */
export class TurnPrinter {
  readonly #write: (text: string) => void;
  readonly #palette: Palette;
  readonly #titles = new Map<string, string>();
  readonly #broken: string[] = [];
  #done = 0;

  constructor(write: (text: string) => void, palette: Palette) {
    this.#write = write;
    this.#palette = palette;
  }

  report(event: RunEvent): void {
    switch (event.kind) {
      case 'run-started':
        for (const { id, title } of event.steps) this.#titles.set(id, title);
        return;
      case 'step-finished': {
        if (event.reused !== undefined || event.outcome === 'skipped') return;
        this.#done++;
        const title = this.#titles.get(event.step) ?? event.step;
        const mark = markOf(event.outcome);
        if (mark !== 'good') this.#broken.push(title);
        const detail = firstLine(event.detail ?? (mark === 'good' ? '' : event.outcome));
        this.#line(mark, `${title} ${duration(event.durationMs)} ${detail}`.trimEnd());
        return;
      }
      case 'stage-finished':
        for (const line of failuresOf(event.result)) this.#write(`    ${line}\n`);
        return;
      case 'run-finished':
        this.#conclude(event.record.durationMs, event.record.problems[0]?.message);
        return;
      default:
        return;
    }
  }

  #conclude(tookMs: number, problem: string | undefined): void {
    const took = duration(tookMs);
    if (problem !== undefined) this.#line('bad', `${firstLine(problem)} (after ${took})`);
    else if (this.#broken.length > 0) this.#line('bad', `broken after ${took}: ${this.#broken.join(', ')}`);
    else if (this.#done === 0) this.#write(`${this.#palette.soft('nothing reads what changed')}\n`);
    else this.#line('good', `all good after ${took}`);
  }

  #line(mark: Mark, text: string): void {
    this.#write(`${this.#palette.sign(mark)} ${text}\n`);
  }
}

/** Of each failing test its name and what it said first. */
function failuresOf({ cases }: StageResult): readonly string[] {
  return cases.flatMap(({ name, file, failure }) =>
    failure === undefined ? [] : [`${file}: ${name}`, `  ${firstLine(failure.message)}`],
  );
}
