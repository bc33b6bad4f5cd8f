import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Clock } from '../../../../plumbing/clock.ts';
import type { Container } from '../../containerizer/container.ts';
import type { CommandInfo } from '../../v1.ts';

/** One question asked of a running task. */
export type Probe =
  | { readonly kind: 'COMMAND'; readonly command: CommandInfo }
  | {
      readonly kind: 'HTTP';
      readonly scheme: string;
      readonly port: number;
      readonly path: string;
      readonly ipv6: boolean;
    }
  | { readonly kind: 'TCP'; readonly port: number; readonly ipv6: boolean };

export type ProbeAnswer =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'http'; readonly statusCode: number }
  | { readonly kind: 'tcp'; readonly connected: boolean }
  /** It could not be found out, or not in time. */
  | { readonly kind: 'nothing'; readonly why: string };

const mostRedirects = 50;

/** Never rejects; settles within `timeoutMs`. */
export async function ask(
  probe: Probe,
  container: Container,
  options: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<ProbeAnswer> {
  if (container.healthy !== undefined) return simulatedAnswer(probe, container.healthy);
  const limit = new AbortController();
  const timer = options.clock.after(options.timeoutMs, () => limit.abort(new Error('it timed out')));
  const late = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
  });
  try {
    return await Promise.race([answerTo(probe, container, limit.signal), late]);
  } catch (error) {
    return { kind: 'nothing', why: error instanceof Error ? error.message : String(error) };
  } finally {
    timer.cancel();
  }
}

function simulatedAnswer(probe: Probe, healthy: boolean): ProbeAnswer {
  switch (probe.kind) {
    case 'COMMAND':
      return { kind: 'exited', code: healthy ? 0 : 1 };
    case 'HTTP':
      return { kind: 'http', statusCode: healthy ? 200 : 500 };
    case 'TCP':
      return { kind: 'tcp', connected: healthy };
  }
}

function answerTo(probe: Probe, container: Container, signal: AbortSignal): Promise<ProbeAnswer> {
  switch (probe.kind) {
    case 'COMMAND':
      return runCommand(probe.command, container, signal);
    case 'HTTP': {
      const host = hostFor(container, probe.ipv6);
      return getStatus(
        new URL(`${probe.scheme}://${host}:${probe.port}${probe.path}`),
        signal,
        mostRedirects,
      );
    }
    case 'TCP':
      return tryConnect(hostFor(container, probe.ipv6), probe.port, signal);
  }
}

function hostFor(container: Container, ipv6: boolean): string {
  return ipv6 && container.checkAddress === '127.0.0.1' ? '[::1]' : container.checkAddress;
}

async function runCommand(
  command: CommandInfo,
  container: Container,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const process = await container.run(command, { output: 'sandbox' });
  if (signal.aborted) process.kill();
  signal.addEventListener('abort', () => process.kill(), { once: true });
  const exit = await process.exited;
  return { kind: 'exited', code: exit.kind === 'exited' ? exit.code : 128 };
}

/** Follows redirects and accepts any certificate: the question is whether the task answers. */
function getStatus(url: URL, signal: AbortSignal, redirectsLeft: number): Promise<ProbeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ProbeAnswer>();
  const onResponse = (response: IncomingMessage): void => {
    response.resume();
    const statusCode = response.statusCode ?? 0;
    const location = response.headers.location;
    if (statusCode < 300 || statusCode > 399 || location === undefined || redirectsLeft === 0) {
      response.destroy();
      resolve({ kind: 'http', statusCode });
      return;
    }
    const next = URL.parse(location, url.href);
    if (next === null) reject(new Error(`it redirects to '${location}'`));
    else getStatus(next, signal, redirectsLeft - 1).then(resolve, reject);
  };
  const options = { signal, agent: false as const, rejectUnauthorized: false };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const sent = request(url.href, options, onResponse);
  sent.on('error', reject);
  sent.end();
  return promise;
}

function tryConnect(host: string, port: number, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, signal });
    const settle = (connected: boolean): void => {
      socket.destroy();
      resolve({ kind: 'tcp', connected });
    };
    socket.once('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
