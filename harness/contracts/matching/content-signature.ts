import { decodeText, detectMediaType, isEquivalent, parseMediaType } from './media-type.ts';

/** How files of a type start: bytes in hexadecimal, dots for any. */
const signatures: readonly (readonly [string, RegExp])[] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^474946/],
  ['image/webp', /^52494646.{8}57454250/],
  ['image/bmp', /^424d/],
  ['image/tiff', /^(?:49492a00|4d4d002a)/],
  ['image/vnd.microsoft.icon', /^00000100/],
  ['image/avif', /^.{8}6674797061766966/],
  ['image/heif', /^.{8}66747970(?:68656963|6d696631|68656966)/],
  ['application/pdf', /^25504446/],
  ['application/zip', /^504b(?:0304|0506|0708)/],
  ['application/gzip', /^1f8b08/],
  ['application/x-bzip2', /^425a68/],
  ['application/x-xz', /^fd377a585a00/],
  ['application/zstd', /^28b52ffd/],
  ['application/x-7z-compressed', /^377abcaf271c/],
  ['application/vnd.rar', /^526172211a07/],
  ['application/wasm', /^0061736d/],
  ['application/vnd.sqlite3', /^53514c69/],
  ['audio/mpeg', /^(?:494433|fffb|fff3|fff2)/],
  ['audio/ogg', /^4f676753/],
  ['audio/x-flac', /^664c6143/],
  ['audio/x-wav', /^52494646.{8}57415645/],
  ['video/mp4', /^.{8}66747970(?:69736f|6d7034|617663|4d344|6461)/],
  ['video/webm', /^1a45dfa3/],
];

/** Whether bytes are of a type, by how they start; text is told apart as the type of a body is. */
export function matchesContentType(bytes: Uint8Array, wanted: string): boolean {
  const start = Buffer.from(bytes.subarray(0, 32)).toString('hex');
  const found = signatures.find(([, signature]) => signature.test(start))?.[0];
  if (found !== undefined) return found === wanted;
  if (decodeText(bytes) === undefined) return wanted === 'application/octet-stream';
  const type = parseMediaType(wanted);
  return (
    wanted === 'text/plain' ||
    (type !== undefined && isEquivalent(type, detectMediaType(bytes.subarray(0, 32))))
  );
}
