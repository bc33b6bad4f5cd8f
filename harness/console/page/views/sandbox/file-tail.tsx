import { useEffect, useRef, useState } from 'preact/hooks';
import { type Sandbox, withoutControls } from '../../../../diagnosis/index.ts';
import { messageOf } from '../../../../plumbing/thrown.ts';
import { readPart } from '../../data/sandbox.ts';
import { bytes } from '../../data/wording.ts';

const pollMs = 800;
const firstBytes = 32 * 1024;
/** As much as an agent gives at once. */
const partBytes = 64 * 1024;
/** More of a file is not kept in the page, in characters. */
const mostText = 400_000;

/** The end of one file, followed as it grows. */
export function FileTail({
  sandbox,
  file,
  onClose,
}: {
  readonly sandbox: Sandbox;
  readonly file: string;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [size, setSize] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const screen = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const gone = new AbortController();
    setText('');
    setProblem(null);
    void follow(sandbox, file, gone.signal, (data, end) => {
      setSize(end);
      if (data !== '') setText((before) => (before + withoutControls(data)).slice(-mostText));
    }).catch((error) => !gone.signal.aborted && setProblem(messageOf(error)));
    return () => gone.abort();
  }, [sandbox.agentId, sandbox.executorId, file]);
  useEffect(() => {
    const element = screen.current;
    if (element !== null && element.scrollHeight - element.scrollTop - element.clientHeight < 400)
      element.scrollTop = element.scrollHeight;
  }, [text]);
  return (
    <section class="card" aria-label={`File ${file}`}>
      <div class="head">
        <h2>{file}</h2>
        <span class="soft">{bytes(size)}, live</span>
        <div class="actions">
          <button type="button" class="button small" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre class="output tall" ref={screen} tabIndex={0}>
        {problem ?? (text === '' ? 'The file is empty.' : text)}
      </pre>
    </section>
  );
}

async function follow(
  sandbox: Sandbox,
  file: string,
  signal: AbortSignal,
  take: (data: string, end: number) => void,
): Promise<void> {
  const { offset: size } = await readPart(sandbox, file, -1, 0, signal);
  let offset = Math.max(0, size - firstBytes);
  while (!signal.aborted) {
    const { data } = await readPart(sandbox, file, offset, partBytes, signal);
    offset += new TextEncoder().encode(data).length;
    take(data, offset);
    if (data.length < partBytes / 2) await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
