/**
 * What every server of ours does alike: listen, read targets and bodies, check who speaks, and survive any client.
 *
 * ```ts
 * const server = await startHttpServer({
 *   host: '127.0.0.1',
 *   foreign: { hosts: ['marathon.mesos'] },          // besides loopback names and the server's own address
 *   onDefect: (error) => log(error),
 *   answer: async (incoming, response) => {          // whatever this throws becomes a 500
 *     const target = parseTarget(incoming.url ?? '/');
 *     if (target === null) return refuse(incoming, response, text(400, 'Malformed request target'));
 *     if (!proves(incoming.headers.authorization, credentials)) return refuse(incoming, response, text(401, '', {…}));
 *     const body = await readBody(incoming, 65_536);
 *     if (body.kind === 'broken') return void response.destroy();
 *     if (body.kind === 'too-large') return refuse(incoming, response, text(413, 'The body is over 65536 bytes'));
 *     send(incoming, response, json(200, { path: target.path }));
 *   },
 * });
 * ```
 *
 * `startHttpServer` has refused foreign `Host` and `Origin` headers and malformed targets before it calls `answer`. A
 * server that makes its own `node:http` server calls `refuseForeign` itself, first, on upgrades too. Answer with `send`
 * once the body has been read, with `refuse` before. Compare secrets with `sameSecret` or `proves` only. There is no
 * JSONP: it lets pages of others read the answer.
 */
export { type Answer, json, refuse, send, text } from './answer.ts';
export { type Body, readBody } from './body.ts';
export { basicAuth, type Credentials, makeUpCredentials, proves, sameSecret } from './credentials.ts';
export { type ForeignRules, type Refusal, refuseForeign } from './foreign.ts';
export { close, listen, urlOf } from './listening.ts';
export { type HttpServer, type HttpServerOptions, startHttpServer } from './server.ts';
export { parseTarget, type Target } from './target.ts';
