import { afterAll } from 'vitest';
import { endFile } from './end-of-file.ts';

// Hooks end in reverse order, so this one, registered before the file's own, runs after them.
afterAll(endFile);
