import type { NumberedLine } from '../../data/log-buffer.ts';
import { moment, shortTask } from '../../data/wording.ts';
import { Facts } from '../../ui/parts.tsx';

/** One line in full, and where it leads. */
export function LineDetail({ line, onClose }: { readonly line: NumberedLine; readonly onClose: () => void }) {
  const { at, appId, taskId, stream, text, requestId } = line;
  return (
    <section class="card" aria-label="Chosen line">
      <div class="head">
        <h2>Line</h2>
        <div class="actions">
          <button type="button" class="button small" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
      <Facts
        facts={[
          ['Time', moment(at)],
          [
            'Service',
            <a key="app" href={`/apps${appId}`}>
              {appId}
            </a>,
          ],
          [
            'Task',
            <a key="task" class="mono" href={`/tasks/${taskId}`}>
              {shortTask(taskId)}
            </a>,
          ],
          ['Stream', stream],
          ...(requestId === null
            ? []
            : [
                [
                  'Request',
                  <a key="request" href={`/requests/${encodeURIComponent(requestId)}`}>
                    {requestId}: its path through the services, and every line about it
                  </a>,
                ] as const,
              ]),
        ]}
      />
      <pre class="output">{pretty(text)}</pre>
    </section>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
