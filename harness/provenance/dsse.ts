import { createHash, type KeyObject, sign, verify } from 'node:crypto';

/** A signed payload, as DSSE writes it. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** Signs with Ed25519 over DSSE's pre-authentication encoding, so that `openssl pkeyutl -rawin` verifies it. */
export function signed(payload: string, payloadType: string, privateKey: KeyObject, keyid: string): Envelope {
  const bytes = Buffer.from(payload);
  const sig = sign(null, encoded(payloadType, bytes), privateKey).toString('base64');
  return { payloadType, payload: bytes.toString('base64'), signatures: [{ keyid, sig }] };
}

/** The payload, if one of the signatures is by this key; null when none is. */
export function opened({ payloadType, payload, signatures }: Envelope, publicKey: KeyObject): string | null {
  const bytes = Buffer.from(payload, 'base64');
  // What decodes to the same bytes but is written differently was changed on the way.
  if (bytes.toString('base64') !== payload) return null;
  const covered = encoded(payloadType, bytes);
  const own = keyIdOf(publicKey);
  const isSigned = signatures.some(({ keyid, sig }) => {
    const written = Buffer.from(sig, 'base64');
    return keyid === own && written.toString('base64') === sig && verify(null, covered, publicKey, written);
  });
  return isSigned ? bytes.toString('utf8') : null;
}

/** Names a public key: the SHA-256 of its DER. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** `DSSEv1 <length of the type> <type> <length of the payload> <payload>` */
function encoded(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
