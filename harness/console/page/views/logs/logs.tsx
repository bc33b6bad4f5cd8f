import { useState } from 'preact/hooks';
import { appIds } from '../../data/apps.ts';
import { place, setQuery } from '../../router.ts';
import { Chips, useTitle } from '../../ui/parts.tsx';
import { LogPanel } from './log-panel.tsx';

/** More services than this are chosen by typing, not from a row of buttons. */
const mostChips = 14;

/** What all services print, interleaved; or some of them. */
export function LogsView() {
  useTitle('Logs');
  const chosen = place.value.query.getAll('app');
  const [typed, setTyped] = useState('');
  const ids = appIds.value;
  return (
    <div class="view full">
      <div class="head">
        <h1>Logs</h1>
        <span class="soft">{chosen.length === 0 ? 'every service' : chosen.join(', ')}</span>
      </div>
      {ids.length <= mostChips ? (
        <Chips label="Services" words={ids} chosen={chosen} onChange={(app) => setQuery({ app })} />
      ) : (
        <form
          class="bar"
          onSubmit={(event) => {
            event.preventDefault();
            if (ids.includes(typed)) setQuery({ app: [...chosen, typed] });
            setTyped('');
          }}
        >
          <input
            class="field grow"
            list="services"
            placeholder="Add a service"
            aria-label="Add a service"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <datalist id="services">
            {ids
              .filter((id) => id.includes(typed))
              .slice(0, 50)
              .map((id) => (
                <option key={id} value={id} />
              ))}
          </datalist>
          <Chips label="Services" words={chosen} chosen={chosen} onChange={(app) => setQuery({ app })} />
        </form>
      )}
      <LogPanel appIds={chosen} />
    </div>
  );
}
