import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, commandTask, patience, scalar, startAgentRig } from '../../agent/stand-in-master.ts';
import type { ContainerInfo, TaskInfo } from '../../v1.ts';

const image = 'stagegate-test-busybox:1';
const docker = new Docker();
const answers = await docker.ping().then(
  () => true,
  () => false,
);

describe.skipIf(!answers)('a Docker task (skipped when no Docker engine answers)', () => {
  let rig: AgentRig;
  beforeAll(async () => {
    await makeImage();
    rig = await startAgentRig({ runtime: 'docker', taskEnvironment: { STAGEGATE_RUN: 'docker-test' } });
  });
  afterAll(async () => {
    await rig?.[Symbol.asyncDispose]();
    expect(await containersLeft()).toEqual([]);
    await docker.getImage(image).remove({ force: true });
  });

  const outputOf = (taskId: string): Promise<string> =>
    readFile(join(rig.workDir, 'slaves/M-S0/frameworks/F/executors', taskId, 'runs/latest/stdout'), 'utf8');

  it('runs under the name of its container, with limits, labels and its own variables', async () => {
    const command = { value: 'env; sleep 60', environment: { variables: [{ name: 'A', value: 'b' }] } };
    const parameters = [
      { key: 'env', value: 'EXTRA=1' },
      { key: 'label', value: 'team=shop' },
      { key: 'ulimit', value: 'nofile=100:200' },
    ];
    rig.master.run(dockerTask('facts', command, { docker: { image, network: 'NONE', parameters } }));
    const running = await rig.master.status('facts', 'TASK_RUNNING');
    const [inspected] = JSON.parse(Buffer.from(running.data ?? '', 'base64').toString());
    const containerId = running.container_status?.container_id?.value;
    expect(inspected).toMatchObject({
      Name: `/mesos-${containerId}`,
      State: { Running: true },
      HostConfig: {
        CpuShares: 512,
        Memory: 64 * 2 ** 20,
        NetworkMode: 'none',
        Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }],
      },
      Config: { Labels: { 'stagegate.run': 'docker-test', team: 'shop' } },
    });
    await expect.poll(() => outputOf('facts'), patience).toContain('EXTRA=1');
    const output = await outputOf('facts');
    for (const line of [
      'A=b',
      'MESOS_SANDBOX=/mnt/mesos/sandbox',
      `MESOS_CONTAINER_NAME=mesos-${containerId}`,
    ]) {
      expect(output).toContain(line);
    }
    expect(output).not.toContain('MESOS_SLAVE_ID');
    rig.master.kill('facts', 0);
    expect((await rig.master.status('facts', 'TASK_KILLED')).message).toBe(
      'Container exited with status 137',
    );
  });

  it('finishes with 0, fails otherwise, and says so of the container', async () => {
    rig.master.run(dockerTask('zero', { value: 'echo done; touch /mnt/mesos/sandbox/made' }));
    rig.master.run(dockerTask('three', { value: 'exit 3' }));
    expect((await rig.master.status('zero', 'TASK_FINISHED')).message).toBe('Container exited with status 0');
    expect((await rig.master.status('three', 'TASK_FAILED')).message).toBe('Container exited with status 3');
    expect(await outputOf('zero')).toBe('done\n');
  });

  it('sees a fetched file where a volume of the sandbox is mounted', async () => {
    const source = join(rig.workDir, 'fetched.txt');
    await writeFile(source, 'fetched');
    const volumes = [{ mode: 'RO', host_path: 'fetched.txt', container_path: '/etc/fetched.txt' }] as const;
    const command = { value: 'cat /etc/fetched.txt', uris: [{ value: source }] };
    rig.master.run(dockerTask('volume', command, { docker: { image }, volumes }));
    await rig.master.status('volume', 'TASK_FINISHED');
    expect(await outputOf('volume')).toBe('fetched');
  });

  it('without a shell follows the entry point of the image', async () => {
    rig.master.run(dockerTask('entry', { shell: false, arguments: ['echo', 'from', 'arguments'] }));
    await rig.master.status('entry', 'TASK_FINISHED');
    expect(await outputOf('entry')).toBe('from arguments\n');
  });

  it('on the bridge serves on its mapped host port, and is checked inside', async () => {
    const port = await freePort();
    const info = {
      docker: { image, network: 'BRIDGE', port_mappings: [{ host_port: port, container_port: 8080 }] },
    } as const;
    const ports = { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: port, end: port }] } } as const;
    const task = dockerTask('web', { value: 'mkdir w; echo hi > w/index.html; httpd -f -p 8080 -h w' }, info);
    const healthCheck = {
      type: 'HTTP',
      http: { port: 8080 },
      delay_seconds: 0,
      interval_seconds: 0.1,
    } as const;
    rig.master.run({ ...task, resources: [...task.resources, ports], health_check: healthCheck });
    await rig.master.status('web', (status) => status.healthy === true);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hi\n');
    rig.master.kill('web', 100);
    await rig.master.status('web', 'TASK_KILLED');
  });

  it('is checked by commands run inside of it', async () => {
    const health_check = {
      type: 'COMMAND',
      command: { value: 'test -f /ready' },
      delay_seconds: 0,
      interval_seconds: 0.1,
      consecutive_failures: 2,
      grace_period_seconds: 0,
    } as const;
    rig.master.run({ ...dockerTask('sick', { value: 'sleep 60' }), health_check });
    rig.master.run({ ...dockerTask('well', { value: 'touch /ready; sleep 60' }), health_check });
    expect(await rig.master.status('sick', 'TASK_KILLED')).toMatchObject({ healthy: false });
    await rig.master.status('well', (status) => status.healthy === true);
    rig.master.kill('well', 0);
    await rig.master.status('well', 'TASK_KILLED');
  }, 20_000);

  it('that cannot be run fails as docker run does', async () => {
    rig.master.run(
      dockerTask(
        'absent',
        { shell: false, value: 'x' },
        { docker: { image, parameters: [{ key: 'entrypoint', value: '/no' }] } },
      ),
    );
    expect(await rig.master.status('absent', 'TASK_FAILED')).toMatchObject({
      message: 'Container exited with status 127',
    });
    expect(rig.master.states('absent')).toEqual(['TASK_STARTING', 'TASK_FAILED']);
  });

  it.each([
    [
      'an unknown parameter',
      { docker: { image, parameters: [{ key: 'frobnicate', value: '1' }] } },
      /'frobnicate'/,
    ],
    [
      'mappings on the host network',
      { docker: { image, network: 'HOST', port_mappings: [mapping(31000)] } },
      /Port mappings are only supported/,
    ],
    [
      'a host port that is not its own',
      { docker: { image, network: 'BRIDGE', port_mappings: [mapping(31000)] } },
      /require port resources/,
    ],
    [
      'an image that nobody has',
      { docker: { image: '127.0.0.1:9/none:1' } },
      /docker pull 127\.0\.0\.1:9\/none:1/,
    ],
  ] as const)('with %s fails to launch and says why', async (name, info, message) => {
    rig.master.run(dockerTask(name.replaceAll(' ', '-'), { value: 'true' }, info));
    expect(await rig.master.status(name.replaceAll(' ', '-'), 'TASK_FAILED')).toMatchObject({
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      source: 'SOURCE_AGENT',
      message: expect.stringMatching(message),
    });
  });

  it('has no capabilities and cannot regain any, but for what its parameters give back', async () => {
    const facts = { value: 'grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status' };
    rig.master.run(dockerTask('bare', facts));
    await rig.master.status('bare', 'TASK_FINISHED');
    expect(await outputOf('bare')).toMatch(/CapEff:\s*0+\nCapBnd:\s*0+\nNoNewPrivs:\s*1\n/);
    const parameters = [
      { key: 'cap-add', value: 'CHOWN' },
      { key: 'security-opt', value: 'no-new-privileges=false' },
    ];
    rig.master.run(dockerTask('some', facts, { docker: { image, network: 'NONE', parameters } }));
    await rig.master.status('some', 'TASK_FINISHED');
    expect(await outputOf('some')).toMatch(/CapEff:\s*0+1\nCapBnd:\s*0+1\nNoNewPrivs:\s*0\n/);
  }, 20_000);

  it('finds its persistent volume as an earlier task left it', async () => {
    const disk = { persistence: { id: 'data-1' }, volume: { container_path: 'data', mode: 'RW' as const } };
    const volume = { ...scalar('disk', 64), role: 'db', disk };
    for (const [id, value] of [
      ['writes', 'echo kept > data/file'],
      ['reads', 'cat data/file'],
    ] as const) {
      const task = dockerTask(id, { value: `cd $MESOS_SANDBOX && ${value}` });
      rig.master.run({ ...task, resources: [...task.resources, volume] });
      await rig.master.status(id, 'TASK_FINISHED');
    }
    expect(await outputOf('reads')).toBe('kept\n');
  }, 20_000);

  it('over its memory fails by that name and leaves its neighbour alone', async () => {
    rig.master.run(dockerTask('neighbour', { value: 'sleep 60' }));
    await rig.master.status('neighbour', 'TASK_RUNNING');
    rig.master.run(dockerTask('greedy', { value: 'exec tail /dev/zero' }));
    const ended = await rig.master.status('greedy', 'TASK_FAILED');
    expect(ended).toMatchObject({
      reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
      message: expect.stringContaining('Memory limit exceeded: Requested: 64MB'),
    });
    expect(rig.master.states('neighbour')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
  }, 20_000);
});

function mapping(port: number): { host_port: number; container_port: number } {
  return { host_port: port, container_port: 80 };
}

function dockerTask(id: string, command: TaskInfo['command'], info: Partial<ContainerInfo> = {}): TaskInfo {
  const container = { type: 'DOCKER', docker: { image, network: 'NONE' }, ...info } as const;
  return commandTask(id, '', { command, container, resources: [scalar('cpus', 0.5), scalar('mem', 64)] });
}

/** An image of nothing but a static busybox, made here because nothing is pulled in tests. */
async function makeImage(): Promise<void> {
  const archive = pack();
  const busybox = await readFile('/bin/busybox');
  archive.entry({ name: 'bin/busybox', mode: 0o755 }, busybox);
  for (const applet of [
    'sh',
    'env',
    'sleep',
    'echo',
    'touch',
    'test',
    'httpd',
    'mkdir',
    'tail',
    'grep',
    'cat',
  ]) {
    archive.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' });
  }
  archive.finalize();
  const [repo, tag] = image.split(':');
  const options = { repo, tag, changes: 'ENV PATH=/bin' };
  const imported = (await docker.importImage(archive as never, options)) as unknown as Readable;
  imported.resume();
  await new Promise((resolve) => imported.once('end', resolve));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function containersLeft(): Promise<readonly string[]> {
  const list = await docker.listContainers({ all: true, filters: { label: ['stagegate.run=docker-test'] } });
  return list.flatMap((container) => container.Names);
}
