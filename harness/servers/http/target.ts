/** What a request line asks for. */
export interface Target {
  /** Percent-decoded, with a leading slash and without empty parts: `//v2/apps//a/` is `/v2/apps/a`. */
  readonly path: string;
  /** The parts of `path`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** `host:port` of an absolute target (`GET http://host:port/path`), which overrules the Host header. */
  readonly authority?: string;
}

const absolute = /^https?:\/\/(?<authority>[^/?#@\s]+)(?<rest>[/?].*)?$/i;
const brokenEscape = /%(?![0-9a-f]{2})/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const control = /[\u0000-\u001f\u007f]/;

/**
 * Reads a request target; null when it is malformed, which is a 400. Never throws: `//[`, `%zz`, `%ff`, a NUL and
 * whatever else a client sends are read or refused. `..` is a name like any other: it leads nowhere.
 */
export function parseTarget(target: string): Target | null {
  const found = absolute.exec(target)?.groups;
  const local = found === undefined ? target : (found.rest ?? '/');
  const rooted = local.startsWith('?') ? `/${local}` : local;
  if (rooted !== '*' && !rooted.startsWith('/')) return null;
  const [beforeFragment = ''] = rooted.split('#', 1);
  const mark = beforeFragment.indexOf('?');
  const rawPath = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark);
  const rawQuery = mark < 0 ? '' : beforeFragment.slice(mark + 1);
  const path = decoded(rawPath);
  if (path === null || brokenEscape.test(rawQuery)) return null;
  const segments = path.split('/').filter((segment) => segment !== '');
  const parsed = { path: `/${segments.join('/')}`, segments, query: new URLSearchParams(rawQuery) };
  return found?.authority === undefined ? parsed : { ...parsed, authority: found.authority };
}

function decoded(rawPath: string): string | null {
  try {
    const path = decodeURIComponent(rawPath);
    return control.test(path) ? null : path;
  } catch {
    return null;
  }
}
