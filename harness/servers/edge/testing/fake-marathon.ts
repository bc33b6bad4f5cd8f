import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppView } from '../app-view.ts';

/** As much of Marathon as the edge reads: apps and events, both set by a test. */
export class FakeMarathon implements AsyncDisposable {
  readonly #apps = new Map<string, AppView>();
  readonly #versions = new Map<string, AppView>();
  readonly #readers = new Set<ServerResponse>();
  readonly #server: Server;
  url = new URL('http://127.0.0.1');
  /** Authorization headers seen, newest last. */
  readonly authorizations: (string | undefined)[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      this.authorizations.push(request.headers.authorization);
      const path = new URL(request.url ?? '/', 'http://marathon').pathname;
      if (path === '/v2/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        this.#readers.add(response);
        response.once('close', () => this.#readers.delete(response));
        return;
      }
      const version = this.#versions.get(path);
      if (version !== undefined) {
        response.end(JSON.stringify(version));
        return;
      }
      const app = this.#apps.get(path.replace('/v2/apps', ''));
      if (path !== '/v2/apps' && app === undefined) response.writeHead(404);
      response.end(JSON.stringify(path === '/v2/apps' ? { apps: [...this.#apps.values()] } : { app }));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
    return this;
  }

  /** Sets the app and tells the event stream's readers that one of its tasks changed. */
  put(app: AppView): void {
    this.#apps.set(app.id, app);
    this.send('status_update_event', { appId: app.id });
  }

  /** What an earlier version of an app was. */
  putVersion(appId: string, version: string, labels: Readonly<Record<string, string>>): void {
    this.#versions.set(`/v2/apps${appId}/versions/${version}`, { id: appId, version, labels });
  }

  remove(appId: string): void {
    this.#apps.delete(appId);
    this.send('app_terminated_event', { appId });
  }

  /** What is set now is found by a reader that connects later only. */
  putSilently(app: AppView): void {
    this.#apps.set(app.id, app);
  }

  send(type: string, members: Record<string, unknown>): void {
    const data = JSON.stringify({ eventType: type, timestamp: new Date().toISOString(), ...members });
    for (const reader of this.#readers) reader.write(`event: ${type}\r\ndata: ${data}\r\n\r\n`);
  }

  /** Cuts every event stream, as a Marathon that fails over does. */
  cutStreams(): void {
    for (const reader of this.#readers) reader.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
