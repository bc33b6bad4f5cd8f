import { join } from 'node:path';
import { usualStoreImages } from '../../../model/index.ts';
import { plainName, type StoreRecipe } from '../recipe.ts';
import { speak } from '../speak.ts';

/** With JetStream; a server of its own per part, for subjects are one space for all. */
export const nats: StoreRecipe = {
  title: 'NATS',
  image: usualStoreImages.nats,
  port: 4222,
  programs: ['nats-server'],
  install: 'apt-get install nats-server, or brew install nats-server',
  container: () => ({ env: {}, command: ['-js'] }),
  async program({ host, port, folder }) {
    return { args: ['-a', host, '-p', String(port), '-js', '-sd', join(folder, 'jetstream')] };
  },
  async ping({ address }) {
    const greeting = await speak(address, '', (text) => text.includes('\r\n'));
    if (!greeting.startsWith('INFO ')) throw new Error('what answers is no NATS server');
  },
  provision: async (_, tenant) => ({ user: '', password: '', database: '', prefix: `${plainName(tenant)}.` }),
  url: ({ host, port }) => `nats://${host}:${port}`,
};
