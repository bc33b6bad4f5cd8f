import { useEffect, useRef, useState } from 'preact/hooks';
import { sandboxOf, withoutControls } from '../../../../diagnosis/index.ts';
import { messageOf } from '../../../../plumbing/thrown.ts';
import { readSent } from '../../data/sse-post.ts';
import type { MesosTask } from '../../data/types.ts';
import { Empty } from '../../ui/parts.tsx';

interface Piece {
  readonly id: number;
  readonly kind: 'typed' | 'stdout' | 'stderr' | 'note';
  readonly text: string;
}

/** Older pieces are dropped. */
const mostPieces = 2_000;

/** A shell in the container of a running task. It stays open, so `cd` and variables last from line to line. */
export function Terminal({ task }: { readonly task: MesosTask }) {
  const [pieces, setPieces] = useState<readonly Piece[]>([]);
  const [line, setLine] = useState('');
  const [past, setPast] = useState<readonly string[]>([]);
  const [back, setBack] = useState(0);
  const [round, setRound] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const screen = useRef<HTMLDivElement>(null);
  const session = useRef('');
  const isRunning = task.state === 'TASK_RUNNING';

  const add = (kind: Piece['kind'], text: string): void =>
    setPieces((all) => [...all, { id: (all.at(-1)?.id ?? 0) + 1, kind, text }].slice(-mostPieces));

  useEffect(() => {
    if (!isRunning) return;
    const gone = new AbortController();
    session.current = crypto.randomUUID();
    void runShell(task, session.current, add, setOpen, gone.signal);
    return () => gone.abort();
  }, [task.id, isRunning, round]);
  useEffect(() => {
    screen.current?.scrollTo(0, screen.current.scrollHeight);
  }, [pieces]);

  if (!isRunning) return <Empty title="This task does not run, so no command can run in it" />;
  const enter = (): void => {
    add('typed', `$ ${line}\n`);
    setPast([...past, line]);
    setBack(0);
    setLine('');
    void fetch(`/api/exec/${session.current}/input`, { method: 'POST', body: `${line}\n` });
  };
  const recall = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const next = Math.min(past.length, Math.max(0, back + (event.key === 'ArrowUp' ? 1 : -1)));
    setBack(next);
    setLine(next === 0 ? '' : (past[past.length - next] ?? ''));
  };
  return (
    <section class="terminal" aria-label="Terminal">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <div class="screen" ref={screen} role="log" aria-label="Output" tabIndex={0}>
        {pieces.map(({ id, kind, text }) => (
          <span key={id} class={kind}>
            {text}
          </span>
        ))}
      </div>
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault();
          if (isOpen) enter();
        }}
      >
        <span class="mono" aria-hidden="true">
          $
        </span>
        <input
          class="field grow mono"
          aria-label="Command"
          autocomplete="off"
          spellcheck={false}
          disabled={!isOpen}
          value={line}
          onKeyDown={recall}
          onInput={(event) => setLine(event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={!isOpen}>
          Run
        </button>
        <button type="button" class="button" onClick={() => setRound(round + 1)}>
          {isOpen ? 'Kill and start anew' : 'Start a shell'}
        </button>
      </form>
    </section>
  );
}

async function runShell(
  task: MesosTask,
  id: string,
  add: (kind: Piece['kind'], text: string) => void,
  setOpen: (isOpen: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const answer = await fetch(`/api/exec/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...sandboxOf(task), argv: ['sh'] }),
      signal,
    });
    if (!answer.ok || answer.body === null) {
      const { message } = (await answer.json()) as { message: string };
      return add('note', `${message}\n`);
    }
    setOpen(true);
    add('note', 'A shell in the task is open.\n');
    for await (const { name, data } of readSent(answer.body)) {
      if (name === 'output') {
        const { stream, data: text } = data as { stream: 'stdout' | 'stderr'; data: string };
        add(stream, withoutControls(decode(text)));
      } else if (name === 'end') {
        const { exitCode } = data as { exitCode: number | null };
        add('note', `The shell ended${exitCode === null ? '' : ` with ${exitCode}`}.\n`);
      } else if (name === 'problem') add('note', `${(data as { message: string }).message}\n`);
    }
  } catch (error) {
    if (!signal.aborted) add('note', `${messageOf(error)}\n`);
  } finally {
    if (!signal.aborted) setOpen(false);
  }
}

function decode(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}
