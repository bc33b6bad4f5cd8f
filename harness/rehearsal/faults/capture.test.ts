import { expect, test } from 'vitest';
import type { OutgoingRequest } from '../traffic/client.ts';
import { RequestCapture } from './capture.ts';

function captured(...chunks: readonly string[]): readonly OutgoingRequest[] {
  const found: OutgoingRequest[] = [];
  const capture = new RequestCapture((request) => found.push(request));
  for (const chunk of chunks) capture.feed(Buffer.from(chunk));
  return found;
}

test('requests of one connection are read however they are cut into pieces', () => {
  const post =
    'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}';
  const get = 'GET /orders/1 HTTP/1.1\r\nHost: x\r\n\r\n';
  const expected = [
    {
      method: 'POST',
      path: '/orders',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
      holdBodyMs: 0,
    },
    { method: 'GET', path: '/orders/1', headers: {}, body: null, holdBodyMs: 0 },
  ];
  expect(captured(post + get)).toEqual(expected);
  expect(captured(...(post + get))).toEqual(expected);
});

test('chunked bodies and other protocols are left alone', () => {
  expect(captured('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n')).toEqual([]);
  expect(captured('\0\0\0\x08\x04\xd2\x16\x2f')).toEqual([]);
});
