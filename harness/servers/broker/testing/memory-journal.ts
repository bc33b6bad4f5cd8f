import { createHash } from 'node:crypto';
import type { BrokerEvent, BrokerJournal } from '../index.ts';

/** A journal that forgets with its test. */
export function memoryJournal(
  before: readonly BrokerEvent[] = [],
): BrokerJournal & { readonly events: BrokerEvent[] } {
  const events = [...before];
  const contents = new Map<string, string>();
  let read = 0;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  return {
    events,
    async read() {
      const added = events.slice(read);
      read = events.length;
      return added;
    },
    async append(added, texts = []) {
      for (const text of texts) contents.set(hash(text), text);
      events.push(...added);
    },
    content: async (id) => contents.get(id) ?? null,
    contentId: hash,
    shaOf: (content) => hash(JSON.stringify(JSON.parse(content).interactions ?? [])),
  };
}
