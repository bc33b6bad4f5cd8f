import { useState } from 'preact/hooks';
import { masked } from '../../../../diagnosis/index.ts';
import { definitionOf } from '../../data/definition.ts';
import type { App } from '../../data/types.ts';
import { Facts } from '../../ui/parts.tsx';

/** The definition as Marathon has it, the environment with secrets masked. */
export function Configuration({ app }: { readonly app: App }) {
  const { env, labels, ...rest } = definitionOf(app) as {
    readonly env?: Readonly<Record<string, unknown>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  return (
    <div class="split">
      <section class="card">
        <h2>Environment</h2>
        <Environment env={env ?? {}} />
      </section>
      <section class="card">
        <h2>Labels</h2>
        {labels === undefined ? (
          <p class="soft">None</p>
        ) : (
          <Facts facts={Object.entries(labels).map(([name, value]) => [name, value])} />
        )}
      </section>
      <section class="card">
        <h2>Definition</h2>
        <pre>{JSON.stringify(rest, null, 2)}</pre>
      </section>
    </div>
  );
}

function Environment({ env }: { readonly env: Readonly<Record<string, unknown>> }) {
  const names = Object.keys(env).sort();
  if (names.length === 0) return <p class="soft">None</p>;
  return <Facts facts={names.map((name) => [name, <Variable key={name} name={name} value={env[name]} />])} />;
}

function Variable({ name, value }: { readonly name: string; readonly value: unknown }) {
  const [isShown, setShown] = useState(false);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const hidden = masked(name, text);
  if (hidden === null) return <span class="mono">{text}</span>;
  return (
    <>
      <span class="mono">{isShown ? text : hidden}</span>{' '}
      <button
        type="button"
        class="button quiet small"
        aria-label={`${isShown ? 'Hide' : 'Show'} ${name}`}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? 'Hide' : 'Show'}
      </button>
    </>
  );
}
