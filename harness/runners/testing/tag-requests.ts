import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect } from 'vitest';
import { requestId, requestTag } from '../../plumbing/request-tag.ts';
import type { StageContext } from '../context.ts';
import { requestIdsFolder } from '../request-ids.ts';

const header = 'x-request-id';

/**
 * Has every HTTP request of this worker carry an id that leads back to its test, so that the edge's records and the
 * services' logs do too: services hand the id on. An id that the test chose stays, and is written down beside the test.
 */
export function tagRequests({ root, scratch }: StageContext): void {
  let sent = 0;
  const folder = requestIdsFolder(scratch);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}.log`);
  const tag = (own: unknown, set: (id: string) => void): void => {
    const { testPath, currentTestName } = expect.getState();
    const ofTest = requestTag(
      relative(root, testPath ?? '')
        .split(sep)
        .join('/'),
      currentTestName ?? '',
    );
    if (own !== undefined) appendFileSync(file, `${ofTest} ${String(own)}\n`);
    else set(requestId(ofTest, process.pid, ++sent));
  };
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { readonly request: ClientRequest };
    if (!request.headersSent) tag(request.getHeader(header), (id) => request.setHeader(header, id));
  });
  // What `fetch` sends; its headers are a flat list of names and values.
  subscribe('undici:request:create', (message) => {
    const { request } = message as { readonly request: UndiciRequest };
    const at = request.headers.findIndex((name, index) => index % 2 === 0 && isHeader(name));
    tag(at < 0 ? undefined : request.headers[at + 1], (id) => request.addHeader(header, id));
  });
}

function isHeader(name: unknown): boolean {
  return String(name).toLowerCase() === header;
}

interface ClientRequest {
  readonly headersSent: boolean;
  getHeader(name: string): unknown;
  setHeader(name: string, value: string): void;
}

interface UndiciRequest {
  readonly headers: readonly unknown[];
  addHeader(name: string, value: string): void;
}
