import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentDirectory, type ClusterAccess } from '../operations/index.ts';
import { messageOf } from '../plumbing/thrown.ts';
import type { PageFiles } from './server/bundle-page.ts';
import { refusalOf } from './server/guard.ts';
import { History } from './server/history.ts';
import { iconSvg, indexHtml, signedInHtml, signedOutHtml } from './server/html.ts';
import { Logins, sessionCookie } from './server/logins.ts';
import { loadPageFiles } from './server/page-files.ts';
import { ProjectDesk, type ProjectSource } from './server/project.ts';
import { pageHeaders, sendProblem } from './server/reply.ts';
import { answerApi, type Backend } from './server/routes.ts';
import { ExecSessions } from './server/streams.ts';

export interface ConsoleOptions {
  readonly access: ClusterAccess;
  /** What the page calls the cluster. */
  readonly title: string;
  readonly runtime: string | null;
  /** Absent: the console is of the cluster alone. */
  readonly project?: ProjectSource;
  /** 0 or absent: the system picks. */
  readonly port?: number;
}

/** A console that listens on loopback. Disposing it ends every session. */
export interface Console extends AsyncDisposable {
  readonly url: URL;
  /** A new link that signs one browser in, once. */
  loginUrl(): URL;
}

/** Opens the web console of a cluster; who has the login link may do all that the cluster's credentials allow. */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const agents = new AgentDirectory(options.access);
  const history = new History(options.access);
  const sessions = new ExecSessions(options.access, agents);
  const project = options.project === undefined ? null : new ProjectDesk(options.project);
  const { access, title, runtime } = options;
  const site = new Site({ access, title, runtime, agents, history, sessions, project });
  const server = createServer((request, response) => {
    site.answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendProblem(response, 502, messageOf(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  site.port = port;
  const url = new URL(`http://127.0.0.1:${port}/`);
  return {
    url,
    loginUrl: () => new URL(`/login/${site.logins.issue()}`, url),
    async [Symbol.asyncDispose]() {
      history[Symbol.dispose]();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

class Site {
  readonly logins = new Logins();
  readonly #backend: Backend;
  #files: Promise<PageFiles> | undefined;
  port = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request, this.port);
    if (refusal !== null) return sendProblem(response, 403, refusal);
    const url = URL.parse(request.url ?? '/', `http://127.0.0.1:${this.port}`);
    if (url === null) return sendProblem(response, 400, 'This is no address.');
    const [, first = '', second = ''] = url.pathname.split('/');
    if (first === 'assets') return this.#asset(second, response);
    if (first === 'login') return this.#login(second, response);
    const isSignedIn = this.logins.admits(request, this.port);
    if (first === 'api') {
      if (!isSignedIn)
        return sendProblem(response, 401, 'Sign in with the link that stagegate console prints.');
      return answerApi(this.#backend, url, request, response);
    }
    if (!isSignedIn) return sendPage(response, 401, signedOutHtml);
    sendPage(response, 200, indexHtml);
  }

  #login(secret: string, response: ServerResponse): void {
    const session = this.logins.redeem(secret);
    if (session === null) sendPage(response, 401, signedOutHtml);
    else sendPage(response, 200, signedInHtml, { 'set-cookie': sessionCookie(this.port, session) });
  }

  async #asset(name: string, response: ServerResponse): Promise<void> {
    if (name === 'icon.svg') return sendFile(response, 'image/svg+xml', Buffer.from(iconSvg));
    this.#files ??= loadPageFiles();
    const { script, style } = await this.#files;
    if (name === 'app.js') return sendFile(response, 'text/javascript; charset=utf-8', script);
    if (name === 'app.css') return sendFile(response, 'text/css; charset=utf-8', style);
    sendProblem(response, 404, `The console has no file ${name}.`);
  }
}

function sendPage(
  response: ServerResponse,
  status: number,
  html: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...pageHeaders, ...headers, 'content-type': 'text/html; charset=utf-8' });
  response.end(html);
}

function sendFile(response: ServerResponse, type: string, content: Uint8Array): void {
  response.writeHead(200, { ...pageHeaders, 'content-type': type });
  response.end(content);
}
