import Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { createRunNetwork } from './run-network.ts';

const docker = new Docker();
const image = 'node:24-bookworm-slim';
const usable = await docker
  .getImage(image)
  .inspect()
  .then(
    () => true,
    () => false,
  );
const labels = { 'stagegate.run': 'network-test' };
const serve = `require('node:http').createServer((_, answer) => answer.end('here')).listen(8080)`;

describe.skipIf(!usable)('networks of a run (skipped when no Docker engine answers)', () => {
  test('tasks of one environment reach each other and the stores, and none of another environment', async () => {
    await using cleanUp = new AsyncDisposableStack();
    const network = cleanUp.use(await createRunNetwork('stagegate-network-test', labels));
    const start = async (on: string, alias: string, task: boolean) => {
      const container = await docker.createContainer({
        Image: image,
        Cmd: ['node', '-e', serve],
        Labels: { ...labels, ...(task ? { MESOS_TASK_ID: alias } : {}) },
        HostConfig: { NetworkMode: on },
        NetworkingConfig: { EndpointsConfig: { [on]: { Aliases: [alias] } } },
      });
      cleanUp.defer(() => container.remove({ force: true }));
      await container.start();
      const { NetworkSettings } = await container.inspect();
      return { container, address: NetworkSettings.Networks[on]?.IPAddress ?? '' };
    };
    await start(network.name, 'postgres', false);
    const [dev, again, production] = await Promise.all(
      ['dev', 'dev', 'production'].map((role) => network.ofRole(role)),
    );
    expect(again).toBe(dev);
    expect(await network.ofRole('*')).toBe(network.name);
    const one = await start(dev ?? '', 'one', true);
    const other = await start(dev ?? '', 'other', true);
    const live = await start(production ?? '', 'live', true);
    await network.ofRole('production');

    expect(await reaches(one.container, other.address)).toBe('here');
    expect(await reaches(one.container, 'postgres')).toBe('here');
    expect(await reaches(live.container, 'postgres')).toBe('here');
    expect(await reaches(one.container, live.address)).toBe('unreachable');
    expect(await reaches(one.container, 'live')).toBe('unreachable');
  }, 60_000);
});

/** What a container gets from another's port, asked again while it starts. */
async function reaches(container: Docker.Container, host: string): Promise<string> {
  const ask = `const until = Date.now() + 3000;
    const look = () => fetch('http://${host}:8080', { signal: AbortSignal.timeout(500) }).then((a) => a.text());
    const again = () => look().catch(() => (Date.now() < until ? again() : 'unreachable'));
    again().then((text) => process.stdout.write(text));`;
  const exec = await container.exec({ Cmd: ['node', '-e', ask], AttachStdout: true });
  const stream = await exec.start({ Tty: true });
  let said = '';
  for await (const part of stream) said += String(part);
  return /here|unreachable/.exec(said)?.[0] ?? said;
}
