import {
  type DefaultRenderer,
  type ListrTask,
  ListrTaskState,
  type ListrTaskWrapper,
  type SimpleRenderer,
} from 'listr2';
import type { StepOutcome } from '../../model/index.ts';
import { duration } from '../../model/index.ts';
import { cut } from './columns.ts';
import type { Palette } from './palette.ts';

type Wrapper = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/**
 * The steps of one phase of the plan on one line of the terminal, for dozens of lines would not fit it: what runs now,
 * later how long it took, and below it what went wrong.
 */
export class PhaseLine {
  readonly #name: string;
  readonly #palette: Palette;
  readonly #total: number;
  readonly #running = new Set<string>();
  readonly #bad: string[] = [];
  readonly #over = Promise.withResolvers<void>();
  #ended = 0;
  #began: number | null = null;
  #wrapper: Wrapper | null = null;

  /** `name` is padded as the other lines need it. */
  constructor(name: string, total: number, palette: Palette) {
    this.#name = name;
    this.#total = total;
    this.#palette = palette;
    // Listr hears of it; without a list nobody does.
    this.#over.promise.catch(() => {});
  }

  /** The line as Listr runs it: open until the phase is. */
  get task(): ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer> {
    return {
      title: this.#name,
      rendererOptions: { persistentOutput: true, outputBar: 8 },
      task: (_context, wrapper) => {
        this.#wrapper = wrapper;
        // Every line is in the list from the start; one that waits should look like it.
        wrapper.task.state$ = this.#began === null ? ListrTaskState.WAITING : ListrTaskState.STARTED;
        return this.#over.promise;
      },
    };
  }

  begin(step: string): void {
    this.#running.add(step);
    this.#began ??= performance.now();
    if (this.#wrapper !== null) this.#wrapper.task.state$ = ListrTaskState.STARTED;
  }

  end(step: string, title: string, outcome: StepOutcome): void {
    this.#running.delete(step);
    this.#ended++;
    if (outcome === 'fail' || outcome === 'inconclusive') this.#bad.push(title);
  }

  /** Says something below the line that stays. */
  say(text: string): void {
    if (this.#wrapper !== null) this.#wrapper.output = text;
  }

  /** Shows what runs now; once everything has ended, closes the line with how it went, `results` among it. */
  draw(describe: (step: string) => string, results: readonly string[]): void {
    if (this.#wrapper === null) return;
    if (this.#ended === this.#total) {
      this.#close(this.#wrapper, results);
      return;
    }
    const doing = [...this.#running].map(describe).join(' · ');
    const width = (process.stdout.columns ?? 80) - 4;
    this.#wrapper.title = cut(`${this.#name}  ${this.#ended}/${this.#total}  ${doing}`, width);
  }

  /** Leaves the line as it is, for a run that ended before it did. */
  abandon(): void {
    this.#over.resolve();
  }

  #close(wrapper: Wrapper, results: readonly string[]): void {
    if (this.#began === null) {
      wrapper.skip(this.#palette.soft(`${this.#name}  not reached`));
      this.#over.resolve();
      return;
    }
    const took = this.#palette.soft(duration(performance.now() - this.#began));
    const bad = this.#bad.map((title) => this.#palette.mark('bad', title));
    wrapper.title = [this.#name, took, ...results, ...bad].join('  ');
    if (bad.length === 0) this.#over.resolve();
    else this.#over.reject(new Error(wrapper.title));
  }
}
