import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { place, setQuery } from '../router.ts';
import { Icon } from './icon.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** A track of a CSS grid: `minmax(0, 2fr)`, `90px`. */
  readonly width: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Makes the column sortable. */
  readonly value?: (row: Row) => string | number;
  readonly isNumber?: boolean;
  /** Left out on a phone. */
  readonly isWide?: boolean;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Takes the height that is left, and scrolls inside. */
  readonly fill?: boolean;
  readonly empty?: ComponentChildren;
  /** In pixels; as the style sheet draws a row. */
  readonly rowHeight?: number;
  readonly rowClass?: (row: Row) => string;
  readonly class?: string;
  /** Keeps the newest row in sight while nobody has scrolled away. */
  readonly followsEnd?: boolean;
}

/** Rows drawn above and below the visible ones. */
const spare = 12;
/** Shorter tables are drawn whole. */
const smallTable = 80;

/** A table of which only the visible rows are drawn: 100,000 rows cost as much as fifty. */
export function Table<Row>(props: TableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    fill = false,
    empty,
    rowHeight = 40,
    rowClass,
    followsEnd = false,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [view, setView] = useState({ top: 0, height: 800 });
  const sorted = useSorted(rows, columns);
  const isWhole = sorted.length <= smallTable && !fill;
  const first = isWhole ? 0 : Math.max(0, Math.floor(view.top / rowHeight) - spare);
  const last = isWhole
    ? sorted.length
    : Math.min(sorted.length, Math.ceil((view.top + view.height) / rowHeight) + spare);

  const look = (): void => {
    const element = box.current;
    if (element === null) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight * 2;
    setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && followsEnd && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [sorted, followsEnd]);

  if (rows.length === 0 && empty !== undefined) return <div class="empty">{empty}</div>;
  const tracks = columns.map(({ width }) => width).join(' ');
  const phoneTracks = columns
    .filter(({ isWide }) => isWide !== true)
    .map(({ width }) => width)
    .join(' ');
  return (
    <div
      ref={box}
      class={`table ${fill ? 'fill' : ''} ${props.class ?? ''}`}
      role="table"
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      // A scrollable region must be reachable by keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
      onScroll={look}
      onKeyDown={moveFocus}
      style={{ '--columns': tracks, '--columns-phone': phoneTracks }}
    >
      <div role="rowgroup" class="heads-group">
        <div class="row heads" role="row" aria-rowindex={1}>
          {columns.map((column) => (
            <Heading key={column.key} column={column} />
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        class="body"
        style={
          isWhole ? {} : { height: `${sorted.length * rowHeight}px`, paddingTop: `${first * rowHeight}px` }
        }
      >
        {sorted.slice(first, last).map((row, index) => (
          <div
            key={rowKey(row)}
            class={`row ${rowClass?.(row) ?? ''}`}
            role="row"
            aria-rowindex={first + index + 2}
          >
            {columns.map(({ key, cell, isNumber, isWide }) => (
              <div
                key={key}
                role="cell"
                class={`cell ${isNumber === true ? 'num' : ''} ${isWide === true ? 'wide' : ''}`}
              >
                {cell(row)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The order is in the address: `?sort=cpus`, `?sort=-cpus`. */
function Heading<Row>({ column }: { readonly column: Column<Row> }) {
  const { key, title, value, isNumber, isWide } = column;
  const classes = `cell ${isNumber === true ? 'num' : ''} ${isWide === true ? 'wide' : ''}`;
  if (value === undefined) {
    return (
      <div role="columnheader" class={classes}>
        {title}
      </div>
    );
  }
  const sort = place.value.query.get('sort');
  const order = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : 'none';
  const next = order === 'none' ? key : order === 'ascending' ? `-${key}` : null;
  return (
    <div role="columnheader" class={classes} aria-sort={order}>
      <button type="button" class="sort" onClick={() => setQuery({ sort: next })}>
        {title}
        {order === 'none' ? null : <Icon name={order === 'ascending' ? 'up' : 'down'} size={12} />}
      </button>
    </div>
  );
}

function useSorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly Row[] {
  const sort = place.value.query.get('sort') ?? '';
  return useMemo(() => {
    const value = columns.find(({ key }) => key === sort.replace(/^-/, ''))?.value;
    if (value === undefined) return rows;
    const direction = sort.startsWith('-') ? -1 : 1;
    const keyed = rows.map((row) => ({ row, key: value(row) }));
    keyed.sort((a, b) => (a.key < b.key ? -direction : a.key > b.key ? direction : 0));
    return keyed.map(({ row }) => row);
  }, [rows, sort, columns]);
}

/** Arrow keys go from row to row: to the first link or button of each. */
function moveFocus(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = (event.target as Element).closest('.body .row');
  if (row === null) return;
  const other = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  const target = other?.querySelector<HTMLElement>('a, button');
  if (target === null || target === undefined) return;
  event.preventDefault();
  target.focus();
}
