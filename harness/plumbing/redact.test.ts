import { describe, expect, test } from 'vitest';
import { longestText, printable } from './printable.ts';
import { Redactor } from './redact.ts';
import { messageOf, stackOf } from './thrown.ts';

describe('what leaves holds no secret', () => {
  const secret = 'p"a\\ss wörd/+=';
  const redactor = new Redactor();
  redactor.add(secret, 'short', 'planted', 'planted-longer');

  test.each([
    ['as it is', `the password is ${secret}.`],
    ['in JSON', JSON.stringify({ secret })],
    ['in a URL', `http://x/?token=${encodeURIComponent(secret)}`],
    ['in a header', Buffer.from(secret).toString('base64')],
    ['parted by a colour', `the password is ${secret.slice(0, 4)}\u001b[1m${secret.slice(4)}.`],
  ])('%s', (_, text) => {
    expect(redactor.text(text)).toContain('…');
    for (const part of ['wörd', encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      expect(redactor.text(text)).not.toContain(part);
    }
  });

  test('nor the rest of a longer one that begins like another', () => {
    expect(redactor.text('planted-longer planted')).toBe('… …');
  });

  test('a word that is too short to be a secret stays', () => {
    expect(redactor.text('a short text')).toBe('a short text');
  });

  test.each([
    ['postgres://shop:geheim@127.0.0.1/shop', 'postgres://shop:…@127.0.0.1/shop'],
    ['Authorization: Bearer abcdefghijkl', 'Authorization: …'],
    ['DATABASE_PASSWORD=geheim', 'DATABASE_PASSWORD=…'],
  ])('%s, which nobody told', (text, clean) => {
    expect(redactor.text(text)).not.toContain('geheim');
    expect(redactor.text(text)).not.toContain('abcdefghijkl');
    expect(redactor.text(text).slice(0, 12)).toBe(clean.slice(0, 12));
  });

  test('at any depth of a value, keys left as they are', () => {
    expect(redactor.value({ planted: ['planted', { deep: 'planted' }], count: 1, none: null })).toEqual({
      planted: ['…', { deep: '…' }],
      count: 1,
      none: null,
    });
  });
});

describe('text of others', () => {
  test('moves no cursor, sets no title, rings no bell and turns no direction', () => {
    const hostile = '\u001b[2J\u001b]0;title\u0007red\u001b[31m \rback\b\u202eabc\u0000\u009b1m';
    expect(printable(hostile)).toBe('red backabc');
  });

  test('keeps its lines, tabs and signs of any language', () => {
    expect(printable('a\tb\r\nc\nдом 🏠')).toBe('a\tb\nc\nдом 🏠');
  });

  test('has no half of a surrogate pair', () => {
    expect(printable('a\ud800b')).toBe('a\ufffdb');
  });

  test('is cut where it is too long to be a message, and says so', () => {
    const cut = printable('x'.repeat(50_000_000));
    expect(cut.length).toBeLessThan(longestText + 100);
    expect(cut).toMatch(/x\n… \(cut: 50000000 characters\)$/);
  });
});

test.each([
  ['an error', new Error('no'), 'no'],
  ['a text', 'no', 'no'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('no'), 'Symbol(no)'],
  ['an object without a prototype', Object.create(null), 'something that cannot be shown was thrown'],
  [
    'an error whose message throws',
    Object.defineProperty(new Error('no'), 'message', {
      get() {
        throw new Error('again');
      },
    }),
    'something that cannot be shown was thrown',
  ],
])('what was thrown is put into words: %s', (_, thrown, words) => {
  expect(messageOf(thrown)).toBe(words);
  expect(stackOf(thrown)).toContain(words);
});
