import { useEffect, useState } from 'preact/hooks';
import { sandboxOf } from '../../../../diagnosis/index.ts';
import { findTask, readEnd, sandboxHref } from '../../data/sandbox.ts';

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly href: string;
}

const shownLines = 12;

/** What a task printed last: errors first. Nothing where its files are gone. */
export function LastOutput({ taskId }: { readonly taskId: string }) {
  const [output, setOutput] = useState<Output | null>(null);
  useEffect(() => {
    void readOutput(taskId).then(setOutput, () => setOutput(null));
  }, [taskId]);
  if (output === null) return null;
  const { stdout, stderr, href } = output;
  return (
    <>
      {stderr === '' ? null : <pre class="output">{stderr}</pre>}
      {stdout === '' ? null : <pre class="output">{stdout}</pre>}
      {stderr === '' && stdout === '' ? <p class="soft">The task printed nothing.</p> : null}
      <p class="small">
        <a href={href}>Open its sandbox</a>
      </p>
    </>
  );
}

async function readOutput(taskId: string): Promise<Output | null> {
  const task = await findTask(taskId);
  if (task === null) return null;
  const sandbox = sandboxOf(task);
  const [stdout, stderr] = await Promise.all(
    ['stdout', 'stderr'].map((file) => readEnd(sandbox, file, shownLines).catch(() => '')),
  );
  return { stdout: stdout ?? '', stderr: stderr ?? '', href: sandboxHref(sandbox) };
}
