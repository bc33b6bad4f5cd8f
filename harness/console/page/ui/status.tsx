import type { HealthPart, Status, Tone } from '../../../diagnosis/index.ts';
import { Icon, type IconName } from './icon.tsx';

const icons: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  bad: 'cross',
  busy: 'turn',
  warn: 'wait',
  idle: 'pause',
};

/** A status as word, colour and sign, so that none of them is needed alone. */
export function StatusMark({ status, pill = false }: { readonly status: Status; readonly pill?: boolean }) {
  const { word, tone } = status;
  return (
    <span class={`status ${tone} ${pill ? 'pill' : ''}`}>
      <Icon name={icons[tone]} size={14} turning={tone === 'busy'} />
      {word}
    </span>
  );
}

/** What the instances of an app are, in proportion. */
export function HealthBar({ parts }: { readonly parts: readonly HealthPart[] }) {
  const said = parts.map(({ word, count }) => `${count} ${word}`).join(', ');
  return (
    <div class="health" role="img" aria-label={said === '' ? 'no instances' : said} title={said}>
      {parts.map(({ word, tone, count }) => (
        <i key={word} class={tone} style={{ flexGrow: count }} />
      ))}
    </div>
  );
}

export interface MeterPart {
  readonly word: string;
  readonly value: number;
  readonly tone: Tone | '';
}

/** Parts of a whole, with the numbers written beside them. */
export function Meter(props: {
  readonly label: string;
  readonly total: number;
  readonly parts: readonly MeterPart[];
  readonly write: (value: number) => string;
}) {
  const { label, total, parts, write } = props;
  const used = parts.reduce((sum, { value }) => sum + value, 0);
  const detail = parts.map(({ word, value }) => `${write(value)} ${word}`).join(', ');
  return (
    <div class="meter">
      <div class="said">
        <span>{label}</span>
        <span class="soft">
          {write(used)} of {write(total)}
        </span>
      </div>
      <div class="track" role="img" aria-label={`${label}: ${detail} of ${write(total)}`} title={detail}>
        {parts.map(({ word, value, tone }) => (
          <i
            key={word}
            class={tone}
            style={{ width: `${total === 0 ? 0 : Math.min(100, (value / total) * 100)}%` }}
          />
        ))}
      </div>
    </div>
  );
}
