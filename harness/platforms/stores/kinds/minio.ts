import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { usualStoreImages } from '../../../model/index.ts';
import { pathAnswers } from '../path-answers.ts';
import { plainName, type RunningServer, type StoreRecipe } from '../recipe.ts';

/** A bucket for each part, under the server's own keys. */
export const minio: StoreRecipe = {
  title: 'MinIO',
  image: usualStoreImages.minio,
  port: 9000,
  programs: ['minio'],
  install: "MinIO's own package, or brew install minio",
  container: ({ login }) => ({
    env: { MINIO_ROOT_USER: login.user, MINIO_ROOT_PASSWORD: login.password },
    command: ['server', '/data'],
    tmpfs: ['/data'],
  }),
  async program({ folder, host, port, login }) {
    const data = join(folder, 'data');
    await mkdir(data);
    return {
      args: ['server', data, '--address', `${host}:${port}`],
      env: { MINIO_ROOT_USER: login.user, MINIO_ROOT_PASSWORD: login.password, HOME: folder },
    };
  },
  ping: ({ address }) => pathAnswers(address, '/minio/health/ready'),
  async provision(server, tenant) {
    const bucket = plainName(tenant).toLowerCase().replaceAll('_', '-');
    await makeBucket(server, bucket);
    return { ...server.login, database: bucket, prefix: '' };
  },
  url: ({ host, port }) => `http://${host}:${port}`,
};

/** MinIO's client comes with its image; beside a program it has to be on the PATH. */
async function makeBucket({ exec, address, login }: RunningServer, bucket: string): Promise<void> {
  const url = `http://127.0.0.1:${address.port}`;
  await exec(['mc', 'alias', 'set', 'stagegate', url, login.user, login.password]);
  await exec(['mc', 'mb', '--ignore-existing', `stagegate/${bucket}`]);
}
