import type { Tone } from '../../../../diagnosis/index.ts';
import type { RunRecord, StageResult } from '../../../../model/index.ts';
import { moment } from '../../data/wording.ts';
import { place, setQuery } from '../../router.ts';
import { StatusMark } from '../../ui/status.tsx';

const tones: Readonly<Record<StageResult['status'], Tone>> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'warn',
  skipped: 'idle',
};

/** What every stage found about every service; a chosen one with each of its tests. */
export function Evidence({ record }: { readonly record: RunRecord }) {
  const stages = [...new Set(record.stages.map(({ stage }) => stage))];
  const chosen = place.value.query.get('evidence');
  const result = record.stages.find((one) => keyOf(one) === chosen);
  if (stages.length === 0) return <p class="soft">No stage ran.</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section class="scroller" tabIndex={0} aria-label="Evidence by service and stage">
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">Service</th>
              {stages.map((stage) => (
                <th scope="col" key={stage}>
                  {stage}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {record.services.map(({ name }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {stages.map((stage) => (
                  <td key={stage}>
                    <Cell result={record.stages.find((one) => one.stage === stage && one.service === name)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {result === undefined ? null : <Cases result={result} />}
    </>
  );
}

function keyOf({ service, stage }: StageResult): string {
  return `${stage}:${service}`;
}

function Cell({ result }: { readonly result: StageResult | undefined }) {
  if (result === undefined) return <span class="soft">not run</span>;
  const { status, tests, reused } = result;
  const word =
    status === 'pass'
      ? `${tests.passed} passed`
      : status === 'fail'
        ? `${tests.failed} of ${tests.passed + tests.failed} failed`
        : status;
  return (
    <>
      <button type="button" class="button quiet small" onClick={() => setQuery({ evidence: keyOf(result) })}>
        <StatusMark status={{ word, tone: tones[status] }} />
      </button>
      {reused === undefined ? null : <div class="soft small">from {moment(reused.at)}</div>}
    </>
  );
}

function Cases({ result }: { readonly result: StageResult }) {
  const { stage, service, cases, because, startedAt } = result;
  const ordered = [...cases].sort((a, b) => Number(b.outcome === 'fail') - Number(a.outcome === 'fail'));
  return (
    <section class="card" aria-label={`${stage} of ${service}`}>
      <div class="head">
        <h2>
          {stage} of {service}
        </h2>
        <span class="soft">{moment(startedAt)}</span>
        <div class="actions">
          <button type="button" class="button small" onClick={() => setQuery({ evidence: null })}>
            Close
          </button>
        </div>
      </div>
      {because === undefined ? null : <p>{because}</p>}
      <ul class="plain">
        {ordered.map(({ name, file, outcome, durationMs, failure }) => (
          <li key={`${file} ${name}`}>
            <StatusMark status={{ word: name, tone: tones[outcome] }} />{' '}
            <span class="soft small">
              {file}, {Math.round(durationMs)} ms
            </span>
            {failure === undefined ? null : (
              <>
                {failure.cause === undefined ? null : (
                  <p>
                    <b>Caused by {failure.cause.service}</b>: {failure.cause.because}
                  </p>
                )}
                <pre class="output">{failure.message}</pre>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
