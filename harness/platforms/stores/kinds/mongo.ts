import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { usualStoreImages } from '../../../model/index.ts';
import { plainName, type StoreRecipe } from '../recipe.ts';
import { accepts } from '../speak.ts';

/** A database for each part, by name alone: users would need a driver here, and every client a source for them. */
export const mongo: StoreRecipe = {
  title: 'MongoDB',
  image: usualStoreImages.mongo,
  port: 27017,
  programs: ['mongod'],
  install: "MongoDB's own package (mongodb-org-server), or brew install mongodb-community",
  container: () => ({ env: {}, tmpfs: ['/data/db'] }),
  async program({ folder, host, port }) {
    const data = join(folder, 'data');
    await mkdir(data);
    return { args: ['--dbpath', data, '--bind_ip', host, '--port', String(port), '--nounixsocket'] };
  },
  ping: ({ address }) => accepts(address),
  provision: async (_, tenant) => ({ user: '', password: '', database: plainName(tenant), prefix: '' }),
  url: ({ host, port }, { database }) => `mongodb://${host}:${port}/${database}`,
};
