import { usualStoreImages } from '../../../model/index.ts';
import { plainName, quoted, type StoreRecipe } from '../recipe.ts';
import type { Address } from '../server.ts';
import { speak } from '../speak.ts';

/** Redis and Valkey speak one protocol. A server of its own per part: applications seldom choose a database. */
function redisLike(about: Pick<StoreRecipe, 'title' | 'image' | 'programs' | 'install'>): StoreRecipe {
  return {
    ...about,
    port: 6379,
    container: ({ login }) => ({
      env: {},
      command: [...about.programs.slice(0, 1), ...flags(login.password)],
    }),
    async program({ host, port, folder, login }) {
      return {
        args: ['--bind', host, '--port', String(port), '--dir', folder, ...flags(login.password)],
      };
    },
    async ping({ address, login }) {
      await ask(address, login.password, ['PING']);
    },
    // Database 0 is everybody's where one server is shared.
    provision: async ({ login }, tenant) => ({
      user: '',
      password: login.password,
      database: '0',
      prefix: `${plainName(tenant)}:`,
    }),
    url: ({ host, port }, { password, database }) =>
      `redis://${password === '' ? '' : `:${quoted(password)}@`}${host}:${port}/${database}`,
    async script(address, { password }, text) {
      const commands = text.split('\n').map((line) => line.trim());
      await ask(
        address,
        password,
        commands.filter((line) => line !== '' && !line.startsWith('#')),
      );
    },
  };
}

/** Nothing is saved. A server of one tenant may be asked without a password: clients that know none must not fail. */
function flags(password: string): readonly string[] {
  const open = ['--protected-mode', 'no', '--save', '', '--appendonly', 'no'];
  return password === '' ? open : [...open, '--requirepass', password];
}

/** Sends commands one after the other. @throws with the first error the server answers */
async function ask(address: Address, password: string, commands: readonly string[]): Promise<void> {
  const all = password === '' ? commands : [`AUTH ${password}`, ...commands];
  const answer = await speak(address, `${all.join('\r\n')}\r\n`, (text) => repliesIn(text) >= all.length);
  const failed = answer.split('\r\n').find((line) => line.startsWith('-'));
  if (failed !== undefined) throw new Error(failed.slice(1));
}

/** Lines that begin a reply; the text of a bulk string is not counted twice for the commands scripts use. */
function repliesIn(answer: string): number {
  return answer.split('\r\n').filter((line) => /^[+\-:$*]/.test(line)).length;
}

export const redis = redisLike({
  title: 'Redis',
  image: usualStoreImages.redis,
  programs: ['redis-server', 'valkey-server'],
  install: 'apt-get install redis-server, or brew install redis',
});

export const valkey = redisLike({
  title: 'Valkey',
  image: usualStoreImages.valkey,
  programs: ['valkey-server', 'redis-server'],
  install: 'apt-get install valkey-server (or redis-server), or brew install valkey',
});
