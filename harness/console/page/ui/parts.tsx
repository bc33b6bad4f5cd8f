import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ago, moment } from '../data/wording.ts';
import { place } from '../router.ts';

/** How long ago, counting on; the exact time on hover. */
export function Ago({ at }: { readonly at: string | number | null | undefined }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((value) => value + 1), 5_000);
    return () => clearInterval(timer);
  }, []);
  if (at === null || at === undefined) return <span class="soft">never</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={moment(at)}>
      {ago(at)}
    </time>
  );
}

export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([term, value]) => (
        <div key={term} style={{ display: 'contents' }}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface Tab {
  readonly key: string;
  readonly title: string;
}

/** Tabs are links: each has an address. The first is the one without `?tab`. */
export function Tabs({ tabs, label }: { readonly tabs: readonly Tab[]; readonly label: string }) {
  const { path } = place.value;
  const chosen = chosenTab(tabs);
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ key, title }, index) => (
        <a
          key={key}
          href={index === 0 ? encodeURI(path) : `${encodeURI(path)}?tab=${key}`}
          aria-current={key === chosen ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

export function chosenTab(tabs: readonly Tab[]): string {
  const asked = place.value.query.get('tab');
  return tabs.find(({ key }) => key === asked)?.key ?? tabs[0]?.key ?? '';
}

/** A group of words of which any number may be pressed. */
export function Chips(props: {
  readonly label: string;
  readonly words: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  const { label, words, chosen, onChange } = props;
  return (
    <fieldset class="chips plain" aria-label={label}>
      {words.map((word) => {
        const isChosen = chosen.includes(word);
        return (
          <button
            key={word}
            type="button"
            class="chip"
            aria-pressed={isChosen}
            onClick={() => onChange(isChosen ? chosen.filter((one) => one !== word) : [...chosen, word])}
          >
            {word}
          </button>
        );
      })}
    </fieldset>
  );
}

/** One figure over time. Nothing is drawn before there are two samples. */
export function Sparkline({
  label,
  values,
  max,
}: {
  readonly label: string;
  readonly values: readonly number[];
  readonly max?: number;
}) {
  if (values.length < 2) return <p class="soft small">Collecting…</p>;
  const top = Math.max(max ?? 0, ...values, 1e-9);
  const points = values.map(
    (value, index) => `${(index / (values.length - 1)) * 100},${40 - (value / top) * 38}`,
  );
  return (
    <svg class="spark" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={label}>
      <path class="area" d={`M0,40 L${points.join(' L')} L100,40 Z`} />
      <path d={`M${points.join(' L')}`} />
    </svg>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <b>{title}</b>
      {children}
    </div>
  );
}

/** A title for the tab of the browser and for screen readers. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · stagegate`;
  }, [title]);
}
