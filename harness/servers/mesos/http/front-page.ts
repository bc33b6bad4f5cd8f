import type { Answer } from '../../http/index.ts';

/** What `GET /` shows to a person with a browser. */
export interface FrontPage {
  readonly title: string;
  /** Name and value, one row each. */
  readonly facts: readonly (readonly [string, string])[];
  /** Paths of this server and what is found there. */
  readonly links: readonly (readonly [string, string])[];
}

/** A page without scripts, images or requests of its own; its content security policy forbids them. */
export function frontPage({ title, facts, links }: FrontPage): Answer {
  const rows = facts.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  const items = links.map(
    ([path, what]) => `<li><a href="${escapeHtml(path)}">${escapeHtml(path)}</a> ${escapeHtml(what)}</li>`,
  );
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
<h1>${escapeHtml(title)}</h1>
<table>${rows.join('')}</table>
<ul>${items.join('')}</ul>
</body>
</html>
`;
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
    },
    body,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
