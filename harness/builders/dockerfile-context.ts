import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Ignore } from '@balena/dockerignore';
import { streamOf } from './pack-folder.ts';

// A CommonJS module whose types describe a default export that Node does not see.
const dockerIgnore = createRequire(import.meta.url)('@balena/dockerignore') as () => Ignore;

/** Large, and never part of an image: left out of what is sent to the engine even without a .dockerignore. */
const neverSent = ['**/node_modules', '.git', '.stagegate'];

/** The files of a context as the engine wants them, without what its `.dockerignore` names. */
export async function dockerfileContext(context: string, dockerfile: string): Promise<NodeJS.ReadableStream> {
  const own = await readFile(join(context, `${dockerfile}.dockerignore`), 'utf8').catch(() => null);
  const text = own ?? (await readFile(join(context, '.dockerignore'), 'utf8').catch(() => null));
  const rules = dockerIgnore();
  if (text !== null) rules.add(text);
  rules.add([...neverSent, `!${dockerfile}`]);
  return streamOf(context, (name) => !rules.ignores(name));
}

export interface BaseImage {
  readonly image: string;
  /** As written, such as `linux/arm64`; null: the engine's own. */
  readonly platform: string | null;
}

/** The images a Dockerfile builds on, arguments filled in; stages of its own are none. */
export async function baseImagesOf(
  context: string,
  dockerfile: string,
  args: Readonly<Record<string, string>>,
): Promise<readonly BaseImage[]> {
  const text = await readFile(join(context, dockerfile), 'utf8');
  const values = new Map<string, string>();
  const stages = new Set(['scratch']);
  const bases: BaseImage[] = [];
  for (const line of text.replace(/\\\r?\n/g, ' ').split('\n')) {
    const [, argument, standard] = /^\s*ARG\s+(\w+)(?:=(\S*))?/i.exec(line) ?? [];
    if (argument !== undefined && bases.length === 0) {
      values.set(argument, args[argument] ?? standard?.replace(/^"|"$/g, '') ?? '');
    }
    const [, platform, image, stage] =
      /^\s*FROM\s+(?:--platform=(\S+)\s+)?(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    if (image === undefined) continue;
    const filled = fill(image, values);
    if (!stages.has(filled.toLowerCase()))
      bases.push({ image: filled, platform: platformOf(platform, values) });
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return bases;
}

/** The engine's own words for its platform are no demand. */
function platformOf(written: string | undefined, values: ReadonlyMap<string, string>): string | null {
  if (written === undefined || /BUILDPLATFORM|TARGETPLATFORM/.test(written)) return null;
  return fill(written, values);
}

function fill(word: string, values: ReadonlyMap<string, string>): string {
  return word.replace(
    /\$\{?(\w+)(?::-([^}]*))?\}?/g,
    (_, name: string, otherwise = '') => values.get(name) ?? otherwise,
  );
}
