import { useMemo } from 'preact/hooks';
import type { Tone } from '../../../../diagnosis/index.ts';
import type { NumberedEvent } from '../../../answers.ts';
import { clockTime } from '../../data/wording.ts';
import { events } from '../../live.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Empty } from '../../ui/parts.tsx';
import { type Column, Table } from '../../ui/table.tsx';

const signs: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  bad: 'cross',
  busy: 'turn',
  warn: 'wait',
  idle: 'dot',
};

const columns: readonly Column<NumberedEvent>[] = [
  {
    key: 'at',
    title: 'Time',
    width: '98px',
    cell: ({ at }) => (
      <span class="mono soft" title={at}>
        {clockTime(at)}
      </span>
    ),
  },
  {
    key: 'source',
    title: 'From',
    width: '76px',
    isWide: true,
    cell: ({ source }) => <span class="soft">{source}</span>,
  },
  {
    key: 'subject',
    title: 'About',
    width: 'minmax(90px, 240px)',
    isWide: true,
    cell: ({ subject }) =>
      subject.startsWith('/') ? (
        <a href={`/apps${subject}`}>{subject}</a>
      ) : (
        <span class="soft">{subject}</span>
      ),
  },
  {
    key: 'text',
    title: 'What happened',
    width: 'minmax(180px, 1fr)',
    cell: ({ tone, text }) => (
      <span class={`status ${tone}`} title={text}>
        <Icon name={signs[tone]} size={14} /> {text}
      </span>
    ),
  },
];

/** What happened, newest first, since the console was opened. */
export function EventsTable({
  matches,
  fill = false,
}: {
  readonly matches: (event: NumberedEvent) => boolean;
  readonly fill?: boolean;
}) {
  const rows = useMemo(() => events.value.filter(matches).reverse(), [events.value, matches]);
  if (rows.length === 0) return <Empty title="Nothing happened yet since the console was opened" />;
  return (
    <Table
      label="Events"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => String(id)}
      rowHeight={32}
      class="dense"
      fill={fill}
    />
  );
}
