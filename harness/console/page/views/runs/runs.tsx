import type { RunLine } from '../../../answers.ts';
import { took, useAsked, verdictStatus } from '../../data/project.ts';
import { count } from '../../data/wording.ts';
import { Ago, Empty, useTitle } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';

const columns: readonly Column<RunLine>[] = [
  {
    key: 'run',
    title: 'Run',
    width: 'minmax(150px, 1fr)',
    value: ({ runId }) => runId,
    cell: ({ runId }) => (
      <a class="mono" href={`/runs/${encodeURIComponent(runId)}`}>
        {runId}
      </a>
    ),
  },
  {
    key: 'verdict',
    title: 'Answer',
    width: '110px',
    value: ({ verdict }) => verdict,
    cell: ({ verdict }) => <StatusMark status={verdictStatus(verdict)} />,
  },
  {
    key: 'target',
    title: 'Target',
    width: '110px',
    value: ({ target }) => target,
    cell: ({ target }) => target,
  },
  {
    key: 'at',
    title: 'Began',
    width: '110px',
    isWide: true,
    value: ({ startedAt }) => startedAt,
    cell: ({ startedAt }) => <Ago at={startedAt} />,
  },
  {
    key: 'took',
    title: 'Took',
    width: '100px',
    isNumber: true,
    isWide: true,
    value: ({ durationMs }) => durationMs,
    cell: ({ durationMs }) => took(durationMs),
  },
  {
    key: 'runtime',
    title: 'Runtime',
    width: '90px',
    isWide: true,
    cell: ({ runtime }) => <span class="soft">{runtime}</span>,
  },
  {
    key: 'commit',
    title: 'Commit',
    width: '90px',
    isWide: true,
    cell: ({ commit }) => <span class="mono soft">{commit?.slice(0, 8) ?? ''}</span>,
  },
];

/** What the ledger knows of runs, the newest first. */
export function RunsView() {
  useTitle('Runs');
  const asked = useAsked<readonly RunLine[]>('runs');
  return (
    <div class="view full">
      <div class="head">
        <h1>Runs</h1>
        {asked.kind === 'loaded' ? <span class="soft">{count(asked.value.length, 'run')}</span> : null}
      </div>
      {asked.kind === 'loading' ? <p class="soft">Reading the ledger…</p> : null}
      {asked.kind === 'problem' ? (
        <Empty title="There is no ledger to read here">
          <p>{asked.message}</p>
        </Empty>
      ) : null}
      {asked.kind === 'loaded' ? (
        <Table
          label="Runs"
          columns={columns}
          rows={asked.value}
          rowKey={({ runId }) => runId}
          fill
          empty={<b>No run has ended yet: stagegate run</b>}
        />
      ) : null}
    </div>
  );
}
