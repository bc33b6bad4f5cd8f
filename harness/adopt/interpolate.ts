const reference =
  /\$(?:\$|\{(?<braced>[A-Za-z_]\w*)(?:(?<operator>:?[-?+])(?<other>[^{}]*))?\}|(?<plain>[A-Za-z_]\w*))/g;

/** A text of a compose file with its variables filled in; null where one has no value and no default. */
export function interpolate(text: string, env: NodeJS.ProcessEnv): string | null {
  let open = false;
  const filled = text.replace(reference, (whole, ...rest) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (whole === '$$') return '$';
    const { braced, plain, operator = '', other = '' } = groups;
    const value = env[braced ?? plain ?? ''];
    const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
    if (operator.endsWith('+')) return isSet ? other : '';
    if (isSet) return value;
    if (operator.endsWith('-')) return other;
    open = true;
    return '';
  });
  return open ? null : filled;
}
