import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord, RecordDecoder, RecordError } from './recordio.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('encodeRecord', () => {
  it('counts bytes, not characters', () => {
    expect(new TextDecoder().decode(encodeRecord('"ü€😀"'))).toBe('11\n"ü€😀"');
  });
});

describe('RecordDecoder', () => {
  it('returns what was encoded, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (records, cuts) => {
          const stream = Buffer.concat(records.map(encodeRecord));
          const decoder = new RecordDecoder();
          const seen: string[] = [];
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const size = cuts[cut % (cuts.length || 1)] ?? 3;
            seen.push(...decoder.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(seen).toEqual(records);
        },
      ),
    );
  });

  it('refuses a record over its limit before its bytes arrive', () => {
    expect(() => new RecordDecoder(10).push(text('11\n'))).toThrow(RecordError);
  });

  it('refuses a header that is no number', () => {
    for (const header of ['-1\n', '1e3\n', '\n', '0x10\n', '99999999999999999']) {
      expect(() => new RecordDecoder().push(text(header)), header).toThrow(RecordError);
    }
  });
});
