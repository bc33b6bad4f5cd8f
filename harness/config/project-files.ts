import { readFile, stat } from 'node:fs/promises';
import type { ConfigProblem } from './config.ts';
import { parseJson } from './json-text.ts';

type JsonFile =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'unsound'; readonly problems: readonly ConfigProblem[] };

/** Reads one JSON file of a project; what is wrong with it is told by line and column. */
export async function readJson(path: string, file: string, purpose: string): Promise<JsonFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const wrong = missing ? 'the file is missing' : `the file cannot be read (${String(error)})`;
    return unsound({ file, key: '', wrong, write: purpose });
  }
  const json = parseJson(text);
  if (json.kind === 'json') return { kind: 'read', value: json.value };
  return unsound({
    file: `${file}:${json.line}:${json.column}`,
    key: '',
    wrong: `not JSON: ${json.message}`,
    write: `${purpose} as valid JSON`,
  });
}

function unsound(problem: ConfigProblem): JsonFile {
  return { kind: 'unsound', problems: [problem] };
}

export function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
