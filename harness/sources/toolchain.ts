import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { FileHashes } from './file-hashes.ts';

/** Hash of what runs the steps: stagegate's own code, Node, the operating system and the processor. */
export function toolchainHash(): string {
  const harness = new FileHashes(dirname(import.meta.dirname));
  const code = harness.below('').filter((file) => !/\.test\.[jt]s$|\.md$/.test(file));
  return createHash('sha256')
    .update([process.version, process.platform, process.arch, harness.ofAll(code)].join('\n'))
    .digest('hex');
}
