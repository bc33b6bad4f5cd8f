import type { Reply } from './reply.ts';
import type { ServerIdentity } from './system.ts';

/** What the API shows to somebody who looks around in a browser. */
const lists = [
  ['/v2/apps?embed=apps.tasks&embed=apps.counts', 'apps, with their tasks'],
  ['/v2/groups', 'groups'],
  ['/v2/deployments', 'deployments that run now'],
  ['/v2/queue', 'launch queue, with the reasons why offers were refused'],
  ['/v2/tasks', 'tasks'],
  ['/v2/info', 'version and configuration'],
  ['/metrics', 'metrics'],
] as const;

/** `GET /ui/`: where Marathon has its console, a page without scripts that leads to the lists of the API. */
export function page({ frameworkName }: ServerIdentity): Reply {
  const items = lists.map(([href, what]) => `<li><a href="${escaped(href)}">${escaped(what)}</a></li>`);
  const title = `Marathon (${escaped(frameworkName)})`;
  return {
    status: 200,
    text: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<p>This server answers Marathon's REST API.</p>
<ul>
${items.join('\n')}
</ul>
</html>
`,
    headers: {
      'Content-Type': 'text/html;charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
