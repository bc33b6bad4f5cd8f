import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usualStoreImages } from '../../../model/index.ts';
import { madeUpPassword } from '../../../plumbing/made-up-password.ts';
import { plainName, quoted, type RunningServer, type StoreRecipe, type TenantPart } from '../recipe.ts';
import { speak } from '../speak.ts';

/** A virtual host and a user for each part; a server of its own has the usual virtual host, `/`. */
export const rabbitmq: StoreRecipe = {
  title: 'RabbitMQ',
  image: usualStoreImages.rabbitmq,
  port: 5672,
  programs: ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'rabbitmq-server'],
  install: 'apt-get install rabbitmq-server, or brew install rabbitmq',
  container: ({ login }) => ({
    env: { RABBITMQ_DEFAULT_USER: login.user, RABBITMQ_DEFAULT_PASS: login.password },
    tmpfs: ['/var/lib/rabbitmq'],
  }),
  async program({ folder, host, port, login, marker }) {
    const distribution = String(port + 20_000 > 65_535 ? port - 20_000 : port + 20_000);
    await writeFile(
      join(folder, 'rabbitmq.conf'),
      [
        `listeners.tcp.1 = ${host}:${port}`,
        `default_user = ${login.user}`,
        `default_pass = ${login.password}`,
        'loopback_users = none',
        'log.console = true',
      ].join('\n'),
    );
    await writeFile(join(folder, 'enabled_plugins'), '[].');
    const env = {
      HOME: folder,
      RABBITMQ_NODENAME: `stagegate-${port}@localhost`,
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_LOG_BASE: join(folder, 'logs'),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      RABBITMQ_DIST_PORT: distribution,
      // Erlang's port mapper would outlive the run; the node is found by its port instead.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-start_epmd false -erl_epmd_port ${distribution} -kernel inet_dist_use_interface {127,0,0,1}`,
      RABBITMQ_CTL_ERL_ARGS: `-start_epmd false -erl_epmd_port ${distribution} -dist_listen false`,
    };
    return { args: [], env, execEnv: { ...marker, ...env } };
  },
  async ping({ address }) {
    // The greeting of a client of AMQP 0-9-1; a frame of type 1 comes back.
    const answer = await speak(address, Buffer.from('AMQP\x00\x00\x09\x01', 'latin1'));
    if (!answer.startsWith('\x01')) throw new Error('what answers is no AMQP 0-9-1 server');
  },
  async provision(server, tenant) {
    const part = {
      user: plainName(tenant),
      password: madeUpPassword(),
      database: tenant,
      prefix: '',
    };
    await control(server, ['add_vhost', part.database]);
    await control(server, ['add_user', part.user, part.password]);
    await control(server, ['set_permissions', '-p', part.database, part.user, '.*', '.*', '.*']);
    return part;
  },
  alone: async ({ login }): Promise<TenantPart> => ({ ...login, database: '/', prefix: '' }),
  url: ({ host, port }, { user, password, database }) =>
    `amqp://${quoted(user)}:${quoted(password)}@${host}:${port}/${quoted(database)}`,
};

function control(server: RunningServer, args: readonly string[]): Promise<string> {
  return server.exec(['rabbitmqctl', '--quiet', ...args]);
}
