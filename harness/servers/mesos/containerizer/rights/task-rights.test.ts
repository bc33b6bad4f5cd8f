import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentRig, commandTask, startAgentRig } from '../../agent/stand-in-master.ts';
import type { TaskInfo } from '../../v1.ts';

const asRoot = process.getuid?.() === 0 && process.platform === 'linux';

describe.runIf(asRoot)('a task of a harness that is root (skipped for others)', () => {
  let rig: AgentRig;
  let log: string[];
  beforeEach(async () => {
    log = [];
    rig = await startAgentRig({ onLog: ({ text }) => log.push(text) });
    await chmod(rig.workDir, 0o711);
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  const sandboxOf = (id: string): string =>
    join(rig.workDir, 'slaves/M-S0/frameworks/F/executors', id, 'runs/latest');
  const run = async (id: string, value: string, more: Partial<TaskInfo> = {}): Promise<string> => {
    rig.master.run(commandTask(id, value, more));
    await rig.master.status(id, (status) => /FINISHED|FAILED/.test(status.state));
    return readFile(join(sandboxOf(id), 'stdout'), 'utf8');
  };
  const labelsOf = async (id: string): Promise<unknown> =>
    (await rig.master.status(id, 'TASK_RUNNING')).labels?.labels;

  it('runs as a user of its own, without capabilities, groups or a way to regain any', async () => {
    const said = await run(
      'plain',
      'id -u; id -G; grep -E "^(Cap|NoNewPrivs)" /proc/self/status; pwd; echo $HOME',
    );
    const [uid, groups] = said.split('\n');
    expect(Number(uid)).toBeGreaterThanOrEqual(61_184);
    expect(groups).toBe(uid);
    for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(said).toMatch(new RegExp(`^${name}:\\s*0+$`, 'm'));
    }
    expect(said).toMatch(/^NoNewPrivs:\s*1$/m);
    expect(said.trim().split('\n').slice(-2)).toEqual(Array(2).fill(expect.stringContaining('/plain/runs/')));
    expect(await labelsOf('plain')).toEqual([{ key: 'stagegate.user', value: uid }]);
  });

  it('owns its sandbox with all that was fetched, and sees no other', async () => {
    const source = await mkdtemp(join(tmpdir(), 'stagegate-source-'));
    await mkdir(join(source, 'app'));
    await writeFile(join(source, 'app/file'), 'x');
    execFileSync('tar', ['-C', source, '-cf', join(source, 'app.tar'), 'app']);
    const command = {
      value: 'echo more >> app/file && rm app/file && sleep 600 & echo /proc/1 > /dev/stdout; wait',
      uris: [{ value: join(source, 'app.tar') }],
    };
    rig.master.run(commandTask('owner', '', { command }));
    await rig.master.status('owner', 'TASK_RUNNING');
    await expect.poll(() => stat(join(sandboxOf('owner'), 'app/file')).catch(() => 'gone')).toBe('gone');
    await run('nosy', `ls ${sandboxOf('owner')}/; cat /etc/shadow; kill -9 -1`);
    const refused = await readFile(join(sandboxOf('nosy'), 'stderr'), 'utf8').catch(() => '');
    expect(refused).toMatch(/ls: cannot .*Permission denied/);
    expect(refused).toMatch(/\/etc\/shadow: Permission denied/);
    expect(rig.master.states('owner')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
    await rm(source, { recursive: true });
  });

  it('runs no code of its definition before it has given up its rights', async () => {
    const variables = [{ name: 'LD_PRELOAD', value: '/tmp/none.so' }];
    await run('preload', '', { command: { value: 'id -u', environment: { variables } } });
    const warnings = await readFile(join(sandboxOf('preload'), 'stderr'), 'utf8');
    // The loader complains once per program: the shell and id, but neither the first shell nor setpriv.
    expect(warnings.match(/cannot be preloaded/g)?.length).toBe(2);
  });

  it('is checked and looked into as the same user', async () => {
    const check = {
      type: 'COMMAND',
      command: { value: 'id -u > checker; exit 0' },
      delay_seconds: 0,
    } as const;
    rig.master.run(commandTask('checked', 'sleep 600', { health_check: { ...check, interval_seconds: 1 } }));
    await rig.master.status('checked', ({ healthy }) => healthy === true);
    const { uid } = await stat(sandboxOf('checked'));
    expect(Number(await readFile(join(sandboxOf('checked'), 'checker'), 'utf8'))).toBe(uid);
  });

  it('runs as the user that its definition names', async () => {
    expect(await run('named', '', { command: { value: 'id -un', user: 'daemon' } })).toBe('daemon\n');
    expect(await run('root', '', { command: { value: 'id -un', user: 'root' } })).toBe('root\n');
    rig.master.run(commandTask('ghost', '', { command: { value: 'true', user: 'no-such-user' } }));
    const { message } = await rig.master.status('ghost', 'TASK_FAILED');
    expect(message).toContain("Failed to get user information for 'no-such-user'");
  });

  it('runs as root, and says why, where its program is out of reach for other users', async () => {
    const hidden = await mkdtemp(join(tmpdir(), 'stagegate-hidden-'));
    await writeFile(join(hidden, 'tool'), '#!/bin/sh\nid -u\n', { mode: 0o755 });
    const variables = [{ name: 'PATH', value: `${hidden}:/usr/bin:/bin` }];
    const said = await run('hidden', '', { command: { value: 'A=1 exec tool', environment: { variables } } });
    expect(said).toBe('0\n');
    const notice = `This task runs as root: other users may not run ${hidden}/tool.`;
    expect(await labelsOf('hidden')).toEqual([
      { key: 'stagegate.user', value: 'root' },
      { key: 'stagegate.notice', value: notice },
    ]);
    expect(log).toContain(notice);
    await rm(hidden, { recursive: true });
  });

  it('runs as root, and says why, where its sandbox is out of reach for other users', async () => {
    await chmod(rig.workDir, 0o700);
    expect(await run('closed', 'id -u')).toBe('0\n');
    expect(log).toContain(`This task runs as root: other users may not pass ${rig.workDir}.`);
  });
});
