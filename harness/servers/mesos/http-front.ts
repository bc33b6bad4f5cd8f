import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that listens before there is anything to serve, and whose subject can be exchanged. */
export interface HttpFront<Subject> {
  readonly port: number;
  /** Who answers from now on. Null: connections are cut, as by a process that died. */
  serve(subject: Subject | null): void;
  close(): Promise<void>;
}

export interface HttpFrontOptions<Subject> {
  readonly host: string;
  readonly port: number;
  readonly server: ServerOptions;
  readonly answer: (subject: Subject, incoming: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** A defect of ours: the client gets a 500, or a cut connection where its answer had begun. */
  readonly onDefect?: (subject: Subject, incoming: IncomingMessage, error: unknown) => void;
}

/** Idle connections are kept this long, in milliseconds. */
const keepAliveMs = 120_000;

/** Listens at once; whoever is served later answers. @throws when the address cannot be had */
export async function openHttpFront<Subject>(
  options: HttpFrontOptions<Subject>,
): Promise<HttpFront<Subject>> {
  let subject: Subject | null = null;
  const server = createServer({ keepAliveTimeout: keepAliveMs, ...options.server }, (incoming, response) => {
    const served = subject;
    if (served === null) {
      response.destroy();
      return;
    }
    options.answer(served, incoming, response).catch((error: unknown) => {
      options.onDefect?.(served, incoming, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve: (next) => {
      subject = next;
      if (next === null) server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
