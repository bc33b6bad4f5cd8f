import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StagegateError } from '../model/index.ts';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The project's own key pair, made when it is first asked for: readable by this user alone, the public part beside it as `.pub`. */
export async function projectKey(file: string): Promise<SigningKey> {
  const written = await readFile(file, 'utf8').catch(() => null);
  if (written !== null) return pairOf(written, file);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // `wx`: of two commands at once, one writes and the other reads.
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
    flag: 'wx',
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await writeFile(`${file}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  return pairOf(await readFile(file, 'utf8'), file);
}

/** @throws `SG_USAGE` when the file holds no Ed25519 public key in PEM */
export async function readPublicKey(file: string): Promise<KeyObject> {
  try {
    const key = createPublicKey(await readFile(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new Error(`it is ${key.asymmetricKeyType}`);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new StagegateError('SG_USAGE', `${file} holds no Ed25519 public key in PEM: ${said}`);
  }
}

function pairOf(pem: string, file: string): SigningKey {
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${privateKey.asymmetricKeyType}`);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new StagegateError('SG_USAGE', `${file} holds no Ed25519 private key in PEM: ${said}`);
  }
}
