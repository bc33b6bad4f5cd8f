import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { type ForeignRules, startHttpServer } from '../../http/index.ts';

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
  readonly limits: ServerOptions;
  readonly foreign?: ForeignRules;
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
  const { host, port, limits, foreign } = options;
  const server = await startHttpServer({
    host,
    port,
    limits: { keepAliveTimeout: keepAliveMs, ...limits },
    ...(foreign === undefined ? {} : { foreign }),
    answer: async (incoming, response) => {
      const served = subject;
      if (served === null) response.destroy();
      else await options.answer(served, incoming, response);
    },
    onDefect: (error, incoming) => {
      if (subject !== null) options.onDefect?.(subject, incoming, error);
    },
  });
  return {
    port: server.port,
    serve: (next) => {
      subject = next;
      if (next === null) server.cutConnections();
    },
    close: async () => {
      await server[Symbol.asyncDispose]();
    },
  };
}
