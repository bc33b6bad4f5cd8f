import { useMemo } from 'preact/hooks';
import type { NumberedEvent } from '../../../answers.ts';
import { events } from '../../live.ts';
import { place, setQuery } from '../../router.ts';
import { Chips, useTitle } from '../../ui/parts.tsx';
import { EventsTable } from './events-table.tsx';
import { Lanes } from './lanes.tsx';

const sources = ['marathon', 'mesos', 'edge'];

/** Everything that happened on one clock: as lanes over time, and as a list. */
export function TimelineView() {
  useTitle('Timeline');
  const { query } = place.value;
  const app = query.get('app') ?? '';
  const search = (query.get('q') ?? '').toLowerCase();
  const chosen = query.getAll('source');
  const matches = useMemo(
    () =>
      ({ source, subject, text, tone }: NumberedEvent): boolean =>
        (chosen.length === 0 ? source !== 'mesos' || !subject.startsWith('/') : chosen.includes(source)) &&
        (app === '' || subject === app) &&
        (search === '' || `${subject} ${text}`.toLowerCase().includes(search)) &&
        (!query.has('bad') || tone === 'bad'),
    [query],
  );
  return (
    <div class="view full">
      <div class="head">
        <h1>Timeline</h1>
        {app === '' ? null : (
          <span>
            of <a href={`/apps${app}`}>{app}</a>{' '}
            <button type="button" class="button small quiet" onClick={() => setQuery({ app: null })}>
              all apps
            </button>
          </span>
        )}
      </div>
      <div class="bar">
        <input
          class="field grow"
          type="search"
          placeholder="Filter"
          aria-label="Filter events"
          value={query.get('q') ?? ''}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <Chips label="Sources" words={sources} chosen={chosen} onChange={(source) => setQuery({ source })} />
        <Chips
          label="Tone"
          words={['only trouble']}
          chosen={query.has('bad') ? ['only trouble'] : []}
          onChange={(words) => setQuery({ bad: words.length > 0 ? '1' : null })}
        />
      </div>
      <Lanes events={events.value.filter(matches)} />
      <EventsTable matches={matches} fill />
    </div>
  );
}
