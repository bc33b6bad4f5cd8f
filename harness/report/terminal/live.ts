import { Listr } from 'listr2';
import type { Reporter, RunEvent } from '../../model/index.ts';
import { firstLine } from '../../model/index.ts';
import { clusterAt, counts } from '../wording.ts';
import type { Palette } from './palette.ts';
import { PhaseLine } from './phase-line.ts';
import { StageTally } from './stage-tally.ts';

/** A live list of the run's phases on a terminal, each with what it is doing now. */
export function openLiveProgress(palette: Palette): Reporter {
  const live = new LiveProgress(palette);
  return {
    report: (event) => live.take(event),
    async close() {
      await live.close();
      return [];
    },
  };
}

class LiveProgress {
  readonly #palette: Palette;
  readonly #tally = new StageTally();
  readonly #titles = new Map<string, string>();
  /** The line that shows a step, and the other steps on it. */
  readonly #lines = new Map<string, PhaseLine>();
  readonly #steps = new Map<PhaseLine, string[]>();
  #shown: Promise<unknown> = Promise.resolve();

  constructor(palette: Palette) {
    this.#palette = palette;
  }

  take(event: RunEvent): void {
    this.#tally.take(event);
    switch (event.kind) {
      case 'run-started':
        this.#begin(event.steps);
        break;
      case 'cluster-ready':
        this.#lines.get('open embedded')?.say(clusterAt(event));
        break;
      case 'console-ready':
        this.#lines.get('open embedded')?.say(`Console ${event.url}`);
        break;
      case 'step-started':
        this.#lines.get(event.step)?.begin(event.step);
        this.#draw(event.step);
        break;
      case 'step-finished':
        this.#lines.get(event.step)?.end(event.step, this.#titleOf(event.step), event.outcome);
        this.#draw(event.step);
        break;
      case 'test-finished': {
        const { stage, service, test } = event;
        if (test.outcome === 'fail') {
          const message = firstLine(test.failure?.message ?? 'failed');
          const text = `${this.#palette.sign('bad')} ${service} · ${stage}: ${test.name}: ${message}`;
          this.#lines.get(`verify ${stage} ${service}`)?.say(text);
        }
        this.#draw(`verify ${stage} ${service}`);
        break;
      }
      default:
        break;
    }
  }

  async close(): Promise<void> {
    for (const line of this.#steps.keys()) line.abandon();
    await this.#shown;
  }

  #begin(steps: Extract<RunEvent, { kind: 'run-started' }>['steps']): void {
    const phases = Map.groupBy(steps, ({ phase }) => phase);
    const width = Math.max(...[...phases.keys()].map((name) => name.length));
    for (const [name, members] of phases) {
      const line = new PhaseLine(name.padEnd(width), members.length, this.#palette);
      this.#steps.set(
        line,
        members.map(({ id }) => id),
      );
      for (const { id, title } of members) {
        this.#lines.set(id, line);
        this.#titles.set(id, title);
      }
    }
    const list = new Listr(
      [...this.#steps.keys()].map((line) => line.task),
      {
        concurrent: true,
        exitOnError: false,
        // Interruption is the command line's affair.
        registerSignalListeners: false,
        rendererOptions: { collapseErrors: false, showErrorMessage: false, formatOutput: 'truncate' },
      },
    );
    this.#shown = list.run();
  }

  #draw(step: string): void {
    const line = this.#lines.get(step);
    if (line === undefined) return;
    const stages = (this.#steps.get(line) ?? []).filter((id) => this.#tally.of(id) !== undefined);
    line.draw(
      (id) => this.#describe(id),
      stages.map((id) => this.#describe(id)),
    );
  }

  #describe(step: string): string {
    const counted = this.#tally.of(step);
    return counted === undefined ? this.#titleOf(step) : `${this.#titleOf(step)} ${counts(counted)}`;
  }

  #titleOf(step: string): string {
    return this.#titles.get(step) ?? step;
  }
}
