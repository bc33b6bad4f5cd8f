export { FileHashes, isNoSource } from './file-hashes.ts';
export { ImportGraph } from './import-graph.ts';
export { toolchainHash } from './toolchain.ts';
