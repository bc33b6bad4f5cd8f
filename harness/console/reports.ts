import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../plumbing/thrown.ts';
import { refusalOf } from './server/guard.ts';
import { signedOutHtml } from './server/html.ts';
import { Logins, sessionCookie } from './server/logins.ts';
import { sendProblem } from './server/reply.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const entry = 'promotion/index.html';

/** A folder of reports on loopback, behind a link that signs one browser in. Disposing it ends every session. */
export interface ServedReports extends AsyncDisposable {
  readonly url: URL;
  readonly loginUrl: URL;
}

/** Serves the files of a folder, and nothing beside it. @throws what listening does, such as a port that is taken */
export async function serveReports(folder: string, port = 0): Promise<ServedReports> {
  const logins = new Logins();
  let own = 0;
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendProblem(response, 500, messageOf(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  own = (server.address() as AddressInfo).port;
  const url = new URL(`http://127.0.0.1:${own}/`);
  return {
    url,
    loginUrl: new URL(`/login/${logins.issue()}`, url),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request, own);
    if (refusal !== null) return sendProblem(response, 403, refusal);
    const { pathname } = new URL(request.url ?? '/', url);
    if (pathname.startsWith('/login/')) return signIn(pathname.slice('/login/'.length), response);
    if (!logins.admits(request, own)) return sendHtml(response, 401, signedOutHtml);
    await sendFile(pathname === '/' ? entry : decodeURIComponent(pathname), response);
  }

  function signIn(secret: string, response: ServerResponse): void {
    const session = logins.redeem(secret);
    if (session === null) {
      sendHtml(response, 401, signedOutHtml);
      return;
    }
    response.setHeader('set-cookie', sessionCookie(own, session));
    // A Strict cookie is not sent along a redirect that began elsewhere.
    sendHtml(response, 200, `<!doctype html><meta http-equiv="refresh" content="0;url=/${entry}">`);
  }

  async function sendFile(path: string, response: ServerResponse): Promise<void> {
    // Normalised from the root, `..` leads nowhere.
    let file = join(folder, normalize(`/${path}`));
    let found = await stat(file).catch(() => null);
    if (found?.isDirectory()) {
      file = join(file, 'index.html');
      found = await stat(file).catch(() => null);
    }
    if (found === null || !found.isFile()) return sendProblem(response, 404, `There is no report ${path}.`);
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': found.size,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    });
    await pipeline(createReadStream(file), response);
  }
}

function sendHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(html);
}
