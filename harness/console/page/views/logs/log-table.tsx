import { useMemo } from 'preact/hooks';
import { shortName } from '../../../../diagnosis/index.ts';
import { levelOf, type NumberedLine, readable } from '../../data/log-buffer.ts';
import { clockTime, shortTask } from '../../data/wording.ts';
import { type Column, Table } from '../../ui/table.tsx';

export interface LogTableProps {
  readonly lines: readonly NumberedLine[];
  readonly search: string;
  readonly isWithApp: boolean;
  readonly onChoose: (line: NumberedLine) => void;
}

/** Lines in a fixed height each, so that a hundred thousand of them scroll as fast as fifty. */
export function LogTable({ lines, search, isWithApp, onChoose }: LogTableProps) {
  const columns = useMemo<readonly Column<NumberedLine>[]>(() => {
    const time: Column<NumberedLine> = {
      key: 'at',
      title: 'Time',
      width: '92px',
      cell: (line) => (
        <button
          type="button"
          class="soft"
          aria-label={`Line of ${clockTime(line.at)}`}
          onClick={() => onChoose(line)}
        >
          {clockTime(line.at)}
        </button>
      ),
    };
    const app: Column<NumberedLine> = {
      key: 'app',
      title: 'Service',
      width: '110px',
      isWide: true,
      cell: ({ appId }) => <span title={appId}>{shortName(appId)}</span>,
    };
    const task: Column<NumberedLine> = {
      key: 'task',
      title: 'Task',
      width: '70px',
      isWide: true,
      cell: ({ taskId }) => <span class="soft">{shortTask(taskId)}</span>,
    };
    const text: Column<NumberedLine> = {
      key: 'text',
      title: 'Line',
      width: 'minmax(200px, 1fr)',
      cell: (line) => <Text line={line} search={search} />,
    };
    return isWithApp ? [time, app, task, text] : [time, task, text];
  }, [search, isWithApp, onChoose]);
  return (
    <Table
      label="Log lines"
      class="lines"
      columns={columns}
      rows={lines}
      rowKey={({ id }) => String(id)}
      rowHeight={24}
      rowClass={levelOf}
      fill
      followsEnd
      empty={<b>Nothing was printed yet that this filter lets through</b>}
    />
  );
}

function Text({ line, search }: { readonly line: NumberedLine; readonly search: string }) {
  const { message, fields } = readable(line.text);
  return (
    <span class="text" title={line.text}>
      <Marked text={message} search={search} />{' '}
      <span class="soft">{fields === '' ? null : <Marked text={fields} search={search} />}</span>
    </span>
  );
}

function Marked({ text, search }: { readonly text: string; readonly search: string }) {
  const at = search === '' ? -1 : text.toLowerCase().indexOf(search);
  if (at === -1) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + search.length)}</mark>
      {text.slice(at + search.length)}
    </>
  );
}
