import { type RunEvent, StagegateError } from '../../model/index.ts';
import { palette as openPalette } from '../../report/index.ts';
import { FileChanges } from './file-changes.ts';
import { TurnPrinter } from './turn-printer.ts';

export interface WatchedSystem {
  readonly root: string;
  /** Does what a save asks for. */
  answer(turn: Turn): Promise<unknown>;
  /** Files that a running command does not read again. */
  readonly readOnce: readonly string[];
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
  readonly colour: boolean;
}

/** The answer to one save. */
export interface Turn {
  /** From 1. */
  readonly count: number;
  /** Whether all is to be done again, whatever was done before. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
}

/**
 * Answers every save until interrupted. A save during an answer ends it as soon as nothing is being deployed, so that no
 * service is left half-rolled, and is answered itself.
 * @throws the signal's reason
 */
export async function watchSystem(system: WatchedSystem): Promise<never> {
  const { signal, write } = system;
  await using changes = await FileChanges.open(system.root);
  using keys = listenForKeys(changes);
  const palette = openPalette(system.colour);
  write(`Watching. ${keys.help}\n`);
  for (let count = 1; ; count++) {
    const files = await changes.next(signal);
    write(`\n${palette.strong(shown(files))}\n`);
    const stale = files.filter((file) => system.readOnce.includes(file));
    if (stale.length > 0) write(`Start watch again to have ${stale.join(', ')} read.\n`);
    const printer = new TurnPrinter(write, palette);
    const answering = new Answering(changes, signal);
    await system.answer({
      count,
      fresh: files.includes(everything),
      signal: answering.signal,
      report: (event) => {
        answering.note(event);
        printer.report(event);
      },
    });
    signal.throwIfAborted();
  }
}

/** Ends the answer under way once a file has changed again and no deployment is in the middle. */
class Answering {
  readonly #outdated = new AbortController();
  readonly #deploying = new Set<string>();
  readonly signal: AbortSignal;
  #isOutdated = false;

  constructor(changes: FileChanges, signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#outdated.signal]);
    changes.onChange = () => {
      this.#isOutdated = true;
      this.#endIfOutdated();
    };
  }

  note(event: RunEvent): void {
    if (event.kind === 'step-started' && event.step.startsWith('deploy ')) this.#deploying.add(event.step);
    if (event.kind === 'step-finished') this.#deploying.delete(event.step);
    this.#endIfOutdated();
  }

  #endIfOutdated(): void {
    if (!this.#isOutdated || this.#deploying.size > 0) return;
    this.#outdated.abort(new StagegateError('SG_INTERRUPTED', 'a file changed again'));
  }
}

/** Stands for the key that has all done again. */
const everything = 'everything';

function shown(files: readonly string[]): string {
  const few = files.slice(0, 3).join(', ');
  return files.length > 3 ? `${few} and ${files.length - 3} more` : few;
}

/** On a terminal, keys do what Ctrl-C and a save do. */
function listenForKeys(changes: FileChanges): Disposable & { readonly help: string } {
  const { stdin } = process;
  if (!stdin.isTTY) return { help: 'Ctrl-C ends it.', [Symbol.dispose]: () => undefined };
  const onKey = (key: Buffer): void => {
    const pressed = key.toString();
    if (pressed === 'r') changes.add(everything);
    if (pressed === 'q' || pressed === '\u0003') process.kill(process.pid, 'SIGINT');
  };
  stdin.setRawMode(true);
  stdin.on('data', onKey);
  return {
    help: 'r does everything again, q ends it.',
    [Symbol.dispose]() {
      stdin.off('data', onKey);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
