import { createHash, type KeyObject } from 'node:crypto';
import { fromTar, toTar } from './archive.ts';
import { type Envelope, keyIdOf, opened, signed } from './dsse.ts';
import type { SigningKey } from './keys.ts';
import type { Statement } from './statements.ts';

const statementType = 'application/vnd.in-toto+json';
const manifestType = 'application/vnd.stagegate.manifest+json';
const manifestFile = 'manifest.dsse.json';

export interface PackContents {
  /** File name without its ending → statement. */
  readonly statements: ReadonlyMap<string, Statement>;
  /** Everything else: path → text. */
  readonly files: ReadonlyMap<string, string>;
}

/** One archive: every statement signed, and a signed list of the digest of every file. */
export async function makePack({ statements, files }: PackContents, key: SigningKey): Promise<Buffer> {
  const keyid = keyIdOf(key.publicKey);
  const contents = new Map<string, Buffer>([...files].map(([path, text]) => [path, Buffer.from(text)]));
  for (const [name, statement] of statements) {
    const envelope = signed(JSON.stringify(statement), statementType, key.privateKey, keyid);
    contents.set(`statements/${name}.dsse.json`, Buffer.from(JSON.stringify(envelope)));
  }
  const digests = Object.fromEntries(
    [...contents].map(([path, content]) => [path, sha256(content)]).toSorted(),
  );
  const manifest = signed(JSON.stringify({ files: digests }), manifestType, key.privateKey, keyid);
  contents.set(manifestFile, Buffer.from(JSON.stringify(manifest)));
  return toTar(contents);
}

export type VerifiedPack =
  | { readonly kind: 'sound'; readonly statements: readonly Statement[]; readonly files: readonly string[] }
  | { readonly kind: 'unsound'; readonly problems: readonly string[] };

/** Whether every byte of a pack is as it was signed. */
export async function verifyPack(bytes: Buffer, publicKey: KeyObject): Promise<VerifiedPack> {
  const files = await fromTar(bytes).catch(() => null);
  if (files === null) return unsound('it is no tar archive, or a damaged one');
  const manifest = payloadIn(files.get(manifestFile), publicKey);
  if (manifest === null) return unsound(`${manifestFile} is missing, altered, or signed by another key`);
  const { files: digests } = JSON.parse(manifest) as { readonly files: Readonly<Record<string, string>> };
  const problems = [
    ...Object.entries(digests).flatMap(([path, digest]) => {
      const content = files.get(path);
      if (content === undefined) return [`${path} is missing`];
      return sha256(content) === digest ? [] : [`${path} was altered`];
    }),
    ...[...files.keys()]
      .filter((path) => path !== manifestFile && !(path in digests))
      .map((path) => `${path} was added`),
  ];
  const signedFiles = [...files].filter(([path]) => path.startsWith('statements/'));
  const payloads = signedFiles.map(([path, content]) => ({ path, payload: payloadIn(content, publicKey) }));
  problems.push(
    ...payloads
      .filter(({ path, payload }) => payload === null && !problems.includes(`${path} was altered`))
      .map(({ path }) => `${path} is not signed by this key`),
  );
  // What lies between the files is part of the archive too.
  if (problems.length === 0 && !(await toTar(files)).equals(bytes)) {
    problems.push('the archive was altered between its files');
  }
  if (problems.length > 0) return unsound(...problems);
  return {
    kind: 'sound',
    statements: payloads.map(({ payload }) => JSON.parse(payload ?? '{}') as Statement),
    files: [...files.keys()],
  };
}

function payloadIn(content: Buffer | undefined, publicKey: KeyObject): string | null {
  if (content === undefined) return null;
  try {
    const text = content.toString('utf8');
    const envelope = JSON.parse(text) as Envelope;
    // The signature covers the payload; the rest of the envelope must be as it is always written.
    return JSON.stringify(envelope) === text ? opened(envelope, publicKey) : null;
  } catch {
    return null;
  }
}

function unsound(...problems: readonly string[]): VerifiedPack {
  return { kind: 'unsound', problems };
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
