import type { RunRecord } from '../../../../model/index.ts';
import { placementStatus, took, useAsked, verdictStatus } from '../../data/project.ts';
import { count, moment } from '../../data/wording.ts';
import { Empty, useTitle } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { Evidence } from './evidence.tsx';

/** One run: the answer, what it would change, where everything got, and every test. */
export function RunView({ id }: { readonly id: string }) {
  useTitle(`Run ${id}`);
  const asked = useAsked<RunRecord>(`runs/${encodeURIComponent(id)}`, null);
  return (
    <div class="view">
      <nav class="crumbs" aria-label="Runs">
        <a href="/runs">Runs</a>
      </nav>
      {asked.kind === 'loading' ? <p class="soft">Reading the ledger…</p> : null}
      {asked.kind === 'problem' ? (
        <Empty title={`Run ${id} cannot be shown`}>
          <p>{asked.message}</p>
        </Empty>
      ) : null}
      {asked.kind === 'loaded' ? <Loaded record={asked.value} /> : null}
    </div>
  );
}

function Loaded({ record }: { readonly record: RunRecord }) {
  const { runId, target, verdict, startedAt, durationMs, runtime, commit, story } = record;
  return (
    <>
      <div class="head">
        <h1>
          Run <span class="mono">{runId}</span>
        </h1>
        <span>
          May it go to {target}? <StatusMark status={verdictStatus(verdict)} pill />
        </span>
        <span class="soft">
          {moment(startedAt)}, {took(durationMs)}, {runtime} runtime, commit {commit?.slice(0, 8) ?? 'none'}
        </span>
      </div>
      <Placements record={record} />
      <h2>What it changes in {target}</h2>
      <Changes record={record} />
      <h2>Evidence</h2>
      <Evidence record={record} />
      {(story?.untested ?? []).length === 0 ? null : (
        <>
          <h2>What was not tested</h2>
          <ul class="card plain">
            {story?.untested.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Placements({ record: { environments, services } }: { readonly record: RunRecord }) {
  if (environments.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scroller" tabIndex={0} aria-label="Where each service got">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Service</th>
            {environments.map(({ name }) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {services.map(({ name, version }) => (
            <tr key={name}>
              <th scope="row">
                {name} <span class="soft small">{version}</span>
              </th>
              {environments.map((environment) => {
                const place = environment.services.find(({ service }) => service === name);
                return (
                  <td key={environment.name}>
                    <StatusMark status={placementStatus(place?.verdict ?? 'inconclusive')} />
                    {place === undefined || place.verdict === 'pass' ? null : (
                      <div class="small">{place.reasons[0]}</div>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Changes({ record: { story } }: { readonly record: RunRecord }) {
  const changes = story?.changes ?? [];
  if (changes.length === 0) return <p class="soft">Nothing: it was cleared for these bytes before.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scroller" tabIndex={0} aria-label="Changes">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Commits</th>
            <th scope="col">Contracts</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ service, from, to, commits, pacts }) => (
            <tr key={service}>
              <th scope="row">{service}</th>
              <td>{from?.version ?? <span class="soft">new</span>}</td>
              <td>{to.version}</td>
              <td>
                {commits.length === 0 ? <span class="soft">none known</span> : null}
                <ul class="plain">
                  {commits.slice(0, 4).map(({ commit, authors, subject }) => (
                    <li key={commit}>
                      <span class="mono">{commit}</span> {subject}{' '}
                      <span class="soft">{authors.join(', ')}</span>
                    </li>
                  ))}
                </ul>
                {commits.length > 4 ? (
                  <span class="soft">and {count(commits.length - 4, 'more', 'more')}</span>
                ) : null}
              </td>
              <td>{pacts.length === 0 ? <span class="soft">as before</span> : pacts.join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
