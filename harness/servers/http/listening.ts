import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';

/** Resolves with the port once `server` listens. @throws when the address cannot be had (`EADDRINUSE`, ...) */
export async function listen(server: TcpServer, host: string, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Resolves once nothing listens and every connection is cut. Closing a server twice does nothing. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** `http://host:port`, with the brackets that an IPv6 address needs. */
export function urlOf(host: string, port: number): URL {
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
}

/** True when the header appears more than once; Node keeps only the first `Host` and tells nobody. */
export function isRepeated(incoming: IncomingMessage, name: string): boolean {
  let count = 0;
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    if (incoming.rawHeaders[index]?.toLowerCase() === name) count += 1;
  }
  return count > 1;
}
