/** One step of a path into a body, as a rule writes it: a key or an index, any step, or any index. */
export type PathToken = { readonly field: string } | 'any' | 'any-index';

/** One alternative per kind of step: `.name`, `['name']`, `["name"]`, `[3]`, `[*]`, `.*`. */
const step = /\.(\*)|\.([^.[\]'"]+)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+)|(\*))\s*\]/gy;

/** Splits `$.items[*].id` or `$['a.b'][0]` into its steps, without the `$`; what is not a path at all is taken as one key. */
export function parsePath(expression: string): PathToken[] {
  const written = expression.replace(/^\$/, '');
  const normalised = written === '' || /^[.[]/.test(written) ? written : `.${written}`;
  const tokens: PathToken[] = [];
  let end = 0;
  for (const match of normalised.matchAll(step)) {
    const [whole, any, dotted, single, double, index, anyIndex] = match;
    end = match.index + whole.length;
    if (any !== undefined) tokens.push('any');
    else if (anyIndex !== undefined) tokens.push('any-index');
    else tokens.push({ field: dotted ?? single ?? double ?? index ?? '' });
  }
  return end === normalised.length ? tokens : [{ field: expression }];
}

/** A path into a body as people read it: `$.items[0].id`. */
export function showPath(path: readonly string[]): string {
  return `$${path.map((one) => (/^\d+$/.test(one) ? `[${one}]` : /^[\w@#-]+$/.test(one) ? `.${one}` : `['${one}']`)).join('')}`;
}
