import type { Difference } from '../../data/definition.ts';

/** What changes from one definition to another; removed and added are told by sign as well as colour. */
export function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  if (differences.length === 0) return <p class="soft">The two are the same.</p>;
  return (
    <ul class="diff">
      {differences.map(({ path, before, after }) => (
        <li key={path}>
          <span class="mono">{path}</span>
          {before === null ? null : (
            <del class="mono">
              <span class="sr">was </span>− {before}
            </del>
          )}
          {after === null ? null : (
            <ins class="mono">
              <span class="sr">becomes </span>+ {after}
            </ins>
          )}
        </li>
      ))}
    </ul>
  );
}
