import { expect, test } from 'vitest';
import { withoutProcessHandlers } from './process-handlers.ts';

test('what is loaded can neither end the process on a signal nor keep the others from it', async () => {
  const ours = (): void => {};
  process.on('SIGINT', ours);
  try {
    const before = process.listeners('SIGINT');
    const loaded = await withoutProcessHandlers(async () => {
      process.on('SIGINT', () => process.exit());
      process.once('SIGINT', () => process.exit());
      return 'loaded';
    });
    expect(loaded).toBe('loaded');
    expect(process.listeners('SIGINT')).toEqual(before);
  } finally {
    process.off('SIGINT', ours);
  }
});
