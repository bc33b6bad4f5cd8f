import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Stripping the types of every file anew would take longer than a cluster's start.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/stagegate/', import.meta.url)));

const { start } = await import('./start.ts');
await start(process.argv.slice(2));
