import { useEffect, useState } from 'preact/hooks';
import { largestOffer, whyWaiting } from '../../../../diagnosis/index.ts';
import { get } from '../../api.ts';
import type { App, QueueEntry, TaskFailure, UnusedOffer } from '../../data/types.ts';
import { count, shortTask } from '../../data/wording.ts';
import { Ago } from '../../ui/parts.tsx';
import { LastOutput } from '../task/last-output.tsx';

/** Why an app is not what it should be: offers refused by reason, a delay after failures, the last failure with its output. */
export function WhyNot({ app, entry }: { readonly app: App; readonly entry: QueueEntry | undefined }) {
  const failure = app.lastTaskFailure;
  const isRecent = failure !== undefined && (entry !== undefined || failure.version === app.version);
  return (
    <>
      {entry === undefined ? null : <Delay app={app} entry={entry} />}
      {isRecent ? <Failure failure={failure} isOver={(app.tasksRunning ?? 0) >= app.instances} /> : null}
    </>
  );
}

function Delay({ app, entry }: { readonly app: App; readonly entry: QueueEntry }) {
  const waiting = whyWaiting(app, entry);
  if (waiting === null) return null;
  if (waiting.kind === 'delayed') {
    return (
      <section class="notice bad">
        <h2>The next task starts in {count(waiting.seconds, 'second')}</h2>
        <p>
          Its tasks ended soon after they had started, so Marathon waits longer each time. The last failure
          below says why.
        </p>
      </section>
    );
  }
  const { missing, since, refused, last, reasons } = waiting;
  return (
    <section class="notice warn">
      <h2>{count(missing, 'task waits', 'tasks wait')} for an offer that fits</h2>
      <p>
        Since <Ago at={since} />, {count(refused, 'offer was', 'offers were')} refused. Of the last {last}:
      </p>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <LargestOffer appId={app.id} />
    </section>
  );
}

/** How far off the app is. */
function LargestOffer({ appId }: { readonly appId: string }) {
  const [offers, setOffers] = useState<readonly UnusedOffer[]>([]);
  useEffect(() => {
    void get<{ queue: readonly QueueEntry[] }>('marathon/v2/queue?embed=lastUnusedOffers')
      .then(({ queue }) => setOffers(queue.find(({ app }) => app.id === appId)?.lastUnusedOffers ?? []))
      .catch(() => setOffers([]));
  }, [appId]);
  const largest = largestOffer(offers);
  if (largest === null) return null;
  return (
    <p class="soft">
      The largest of them had {largest.cpus} CPUs and {largest.mem} MiB.{' '}
      <a href="/cluster/agents">See what the agents have</a>
    </p>
  );
}

function Failure({ failure, isOver }: { readonly failure: TaskFailure; readonly isOver: boolean }) {
  const { taskId, state, message, timestamp } = failure;
  return (
    <section class={`notice ${isOver ? 'idle' : 'bad'}`}>
      <h2>
        Last failure <Ago at={timestamp} />: {state.replace('TASK_', '').toLowerCase()}
      </h2>
      <p>{message === '' ? 'Mesos gave no message.' : message}</p>
      <LastOutput taskId={taskId} />
      <p class="small">
        Task{' '}
        <a href={`/tasks/${taskId}`} class="mono">
          {shortTask(taskId)}
        </a>
        {failure.host === undefined ? null : <> on {failure.host}</>}
      </p>
    </section>
  );
}
