import type { NumberedEvent } from '../../../answers.ts';
import { clockTime, count } from '../../data/wording.ts';

const mostLanes = 8;
const rowHeight = 20;
/** At least this much time is drawn, in milliseconds. */
const shortest = 60_000;

/** One lane per app over the same clock; a mark per event. The list below says the same in words. */
export function Lanes({ events }: { readonly events: readonly NumberedEvent[] }) {
  if (events.length === 0) return null;
  const end = Date.now();
  const start = Math.min(end - shortest, ...events.map(({ at }) => Date.parse(at)));
  const bySubject = Map.groupBy(events, ({ subject }) => (subject === '' ? 'cluster' : subject));
  const busiest = [...bySubject]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, mostLanes)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <figure
      class="card lanes"
      aria-label={`${count(events.length, 'event')} between ${clockTime(start)} and ${clockTime(end)}`}
    >
      {busiest.map(([subject, marks]) => (
        <div key={subject} class="lane">
          <span class="cut soft" title={subject}>
            {subject}
          </span>
          <svg viewBox={`0 0 1000 ${rowHeight}`} preserveAspectRatio="none" aria-hidden="true">
            <line x1="0" x2="1000" y1={rowHeight / 2} y2={rowHeight / 2} />
            {marks.map(({ id, at, tone }) => {
              const x = ((Date.parse(at) - start) / (end - start)) * 1000;
              return (
                <rect
                  key={id}
                  class={tone}
                  x={Math.min(996, x)}
                  y={tone === 'bad' ? 2 : 5}
                  width="3"
                  height={tone === 'bad' ? 16 : 10}
                />
              );
            })}
          </svg>
        </div>
      ))}
      <div class="lane soft small">
        <span />
        <span class="ends">
          <span>{clockTime(start).slice(0, 8)}</span>
          <span>now</span>
        </span>
      </div>
    </figure>
  );
}
