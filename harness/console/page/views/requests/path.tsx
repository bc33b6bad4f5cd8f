import { useMemo } from 'preact/hooks';
import { shortName } from '../../../../diagnosis/index.ts';
import { answerOf, type EdgeRequest, requests, toneOf, useRequests } from '../../data/requests.ts';
import { clockTime, count, moment } from '../../data/wording.ts';
import { Empty, useTitle } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { LogPanel } from '../logs/log-panel.tsx';
import { milliseconds } from './requests.tsx';

/** One request's way through the services, as the edge saw it, with every line they printed about it. */
export function RequestPath({ id }: { readonly id: string }) {
  useTitle(`Request ${id}`);
  useRequests();
  const hops = useMemo(
    () => (requests.value ?? []).filter(({ requestId }) => requestId === id).sort((a, b) => a.atMs - b.atMs),
    [requests.value, id],
  );
  const [first] = hops;
  return (
    <div class="view full">
      <nav class="crumbs" aria-label="Requests">
        <a href="/requests">Requests</a>
      </nav>
      <div class="head">
        <h1>
          Request <span class="mono">{id}</span>
        </h1>
        {first === undefined ? null : (
          <span class="soft">
            {moment(first.atMs)}, {count(hops.length, 'call')}
          </span>
        )}
      </div>
      {first === undefined ? (
        <Empty
          title={requests.value === null ? 'Reading requests…' : 'The edge does not remember this request'}
        >
          <p>It keeps the last 20,000.</p>
        </Empty>
      ) : (
        <Hops hops={hops} first={first} />
      )}
      <h2>What the services printed about it</h2>
      <LogPanel appIds={[]} requestId={id} />
    </div>
  );
}

/** Each call below the one it began after, with its share of the time. */
function Hops({ hops, first }: { readonly hops: readonly EdgeRequest[]; readonly first: EdgeRequest }) {
  const startMs = first.atMs;
  const endMs = Math.max(...hops.map(({ atMs, durationMs }) => atMs + durationMs));
  const share = (ms: number): number => (endMs === startMs ? 0 : (ms / (endMs - startMs)) * 100);
  return (
    <ol class="hops card">
      {hops.map((hop) => {
        const { seq, appId, method, path, taskId, atMs, durationMs } = hop;
        return (
          <li key={seq}>
            <div class="said">
              <a href={`/apps${appId}`}>{shortName(appId)}</a>
              <span class="mono cut" title={`${method} ${path}`}>
                {method} {path}
              </span>
              <StatusMark status={{ word: answerOf(hop), tone: toneOf(hop) }} />
              <span class="soft num">
                {taskId === null ? null : <a href={`/tasks/${taskId}`}>task</a>} {milliseconds(durationMs)}
              </span>
            </div>
            <div
              class="track"
              role="img"
              aria-label={`from ${clockTime(atMs)}, ${milliseconds(durationMs)}`}
              title={`from ${clockTime(atMs)}`}
            >
              <i
                class={toneOf(hop)}
                style={{
                  marginLeft: `${share(atMs - startMs)}%`,
                  width: `${Math.max(0.4, share(durationMs))}%`,
                }}
              />
            </div>
          </li>
        );
      })}
    </ol>
  );
}
