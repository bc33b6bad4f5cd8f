import { readFile } from 'node:fs/promises';
import type { FieldLimits } from '../../policy/index.ts';

/** `quantity: z.int().min(1).max(1000)`: what a schema of zod says of a field, wherever it stands. */
const field = /\b(?<name>[A-Za-z_$][\w$]*)\s*:\s*z\s*\./g;
const numbers = new Set(['int', 'number', 'bigint', 'int32', 'uint32', 'float32', 'float64']);
const texts = new Set(['string', 'email', 'url', 'iso']);

/** The limits that schemas in these files set for fields, by the field's name: one entry for every place. */
export async function limitsOfCode(files: readonly string[]): Promise<readonly FieldLimits[]> {
  const codes = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return codes.flatMap(limitsIn);
}

/** Pure. */
export function limitsIn(code: string): readonly FieldLimits[] {
  return [...code.matchAll(field)].flatMap(({ groups, index, 0: text }) => {
    const calls = chainAt(code, index + text.length);
    const kind = calls.some(({ name }) => numbers.has(name))
      ? 'number'
      : calls.some(({ name }) => texts.has(name))
        ? 'length'
        : null;
    if (kind === null) return [];
    return [{ field: groups?.name ?? '', kind, min: limit(calls, 'min'), max: limit(calls, 'max') }];
  });
}

interface Call {
  readonly name: string;
  readonly argument: string;
}

/** The calls `int().min(1).max(9)` from a place on; `coerce.` has no arguments. */
function chainAt(code: string, start: number): readonly Call[] {
  const calls: Call[] = [];
  for (let at = start; ; ) {
    const named = /^\s*\.?\s*([A-Za-z]\w*)/.exec(code.slice(at, at + 60));
    if (named === null || (calls.length > 0 && !/^\s*\./.test(code.slice(at, at + 60)))) return calls;
    at += named[0].length;
    if (code[at] !== '(') {
      calls.push({ name: named[1] ?? '', argument: '' });
      continue;
    }
    const end = closing(code, at);
    calls.push({ name: named[1] ?? '', argument: code.slice(at + 1, end) });
    at = end + 1;
  }
}

/** Where the parenthesis that opens at a place is closed. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === '(') depth++;
    if (code[at] === ')' && --depth === 0) return at;
  }
  return code.length;
}

function limit(calls: readonly Call[], name: 'min' | 'max'): number | null {
  const argument = calls.findLast((call) => call.name === name)?.argument.split(',', 1)[0] ?? '';
  return /^\s*-?[\d_]+(\.\d+)?\s*$/.test(argument) ? Number(argument.replaceAll('_', '')) : null;
}
