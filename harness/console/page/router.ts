import { signal } from '@preact/signals';

/** Where the page is. Every state of it has an address. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

export const place = signal<Place>(read());

window.addEventListener('popstate', () => {
  place.value = read();
});

/** Goes to another address of the page, as a link does. */
export function go(href: string): void {
  history.pushState(null, '', href);
  place.value = read();
  document.querySelector('.main')?.scrollTo(0, 0);
}

/** Changes parts of the query in place: a filter is no step back. `null` and `''` take a part out. */
export function setQuery(changes: Readonly<Record<string, string | readonly string[] | null>>): void {
  const { path } = place.value;
  const query = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const one of [value ?? []].flat()) if (one !== '') query.append(name, one);
  }
  const text = query.toString();
  history.replaceState(null, '', text === '' ? path : `${path}?${text}`);
  place.value = read();
}

/** Lets the browser handle what is not a plain click on a link of this page. */
export function followLink(event: MouseEvent): void {
  const link = (event.target as Element).closest('a');
  if (link === null || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
  if (link.getAttribute('href')?.startsWith('#') === true || link.pathname.startsWith('/api/')) return;
  event.preventDefault();
  go(link.href);
}

function read(): Place {
  return { path: decodeURI(location.pathname), query: new URLSearchParams(location.search) };
}
