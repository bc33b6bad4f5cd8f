import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type CgroupDialect, type Controller, versionOne, versionTwo } from './cgroup-dialect.ts';
import { readProcess } from './process-table.ts';

/** The control groups of this process's containers: one folder per hierarchy, one group per container in each. */
export interface Cgroups {
  /** Folders by controller. On version 2 they are all the same one. */
  readonly controllers: Readonly<Partial<Record<Controller, string>>>;
  /** The version 2 hierarchy, which can end a group as a whole; without it the freezer has to help. */
  readonly unified: string | undefined;
  readonly dialect: CgroupDialect;
}

/** Name of the folders, one per agent: whoever finds it can tell whether its owner, a process, still lives. */
const homePattern = /^stagegate-(\d+)-(\d+)-[0-9a-f]+$/;

/**
 * Finds out what this process may do with control groups and makes its folders; undefined when it may not limit
 * memory or not find all processes of a group. Groups that a dead process left are ended and removed.
 */
export async function openCgroups(): Promise<Cgroups | undefined> {
  const [mounts, own, self] = await Promise.all([readMounts(), readOwnPaths(), readProcess(process.pid)]);
  const home = `stagegate-${process.pid}-${self?.started ?? 0}-${randomBytes(4).toString('hex')}`;
  const unifiedMount = mounts.get('');
  const unified =
    unifiedMount === undefined ? undefined : await openUnified(unifiedMount, own.get('') ?? '/', home);
  if (unified?.enabled.includes('memory') === true) {
    const all = unified.directory;
    const controllers = Object.fromEntries(unified.enabled.map((controller) => [controller, all]));
    return { controllers, unified: all, dialect: versionTwo };
  }
  const controllers: Partial<Record<Controller, string>> = {};
  for (const controller of ['cpu', 'cpuacct', 'memory', 'pids', 'freezer'] as const) {
    const mount = mounts.get(controller);
    if (mount === undefined) continue;
    const directory = await makeHome([join(mount, own.get(controller) ?? '/'), mount], home);
    if (directory !== undefined) controllers[controller] = directory;
  }
  const tracks = unified !== undefined || controllers.freezer !== undefined;
  if (controllers.memory === undefined || !tracks) return undefined;
  return { controllers, unified: unified?.directory, dialect: versionOne };
}

/** Removes the folders, which no container may use any more. */
export async function closeCgroups(cgroups: Cgroups): Promise<void> {
  const { controllers, unified } = cgroups;
  const directories = new Set([...Object.values(controllers), ...(unified === undefined ? [] : [unified])]);
  for (const directory of directories) await rmdir(directory).catch(() => {});
}

/** Resolves when no process of a group is left. `freezer` is needed where `directory` cannot be ended as a whole. */
export async function endGroup(directory: string, freezer?: string): Promise<void> {
  for (let round = 0; ; round++) {
    const pids = pidsOf(directory);
    if (pids.length === 0) break;
    const ended = await writeFile(join(directory, 'cgroup.kill'), '1').then(
      () => true,
      () => false,
    );
    if (!ended) await killFrozen(pids, directory, freezer);
    // Processes that were told to end need a moment to do so.
    await pause(Math.min(round, 20));
  }
}

/** The kernel may count a process that has just ended for a moment longer. */
export async function removeGroup(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const busy = await rmdir(directory).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'EBUSY',
    );
    if (!busy) return;
    await pause(attempt);
  }
}

/** Empty for a group that does not exist. */
export function pidsOf(directory: string): readonly number[] {
  try {
    return readFileSync(join(directory, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function killFrozen(pids: readonly number[], directory: string, freezer?: string): Promise<void> {
  if (freezer !== undefined) await writeFile(join(freezer, 'freezer.state'), 'FROZEN').catch(() => {});
  const frozen = freezer === undefined ? pids : pidsOf(directory);
  for (const pid of frozen) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
  if (freezer !== undefined) await writeFile(join(freezer, 'freezer.state'), 'THAWED').catch(() => {});
}

/** Mount points by controller; the version 2 hierarchy has the empty name. */
async function readMounts(): Promise<ReadonlyMap<string, string>> {
  const mounts = new Map<string, string>();
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [fixed = '', rest = ''] = line.split(' - ');
    const mountPoint = fixed.split(' ')[4];
    const [type, , options = ''] = rest.split(' ');
    if (mountPoint === undefined) continue;
    if (type === 'cgroup2') mounts.set('', mountPoint);
    if (type === 'cgroup') for (const option of options.split(',')) mounts.set(option, mountPoint);
  }
  return mounts;
}

/** This process's own group in each hierarchy. */
async function readOwnPaths(): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  const text = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [, controllers, ...path] = line.split(':');
    for (const controller of controllers?.split(',') ?? []) paths.set(controller, path.join(':'));
  }
  return paths;
}

/** Version 2 gives controllers only to groups without processes of their own, so the way up is tried as well. */
async function openUnified(
  mount: string,
  own: string,
  home: string,
): Promise<{ readonly directory: string; readonly enabled: readonly string[] } | undefined> {
  const parents = [join(mount, own)];
  for (let path = own; path !== '/'; path = dirname(path)) parents.push(join(mount, dirname(path)));
  for (const parent of parents) {
    if (!(await enableControllers(parent)).includes('memory')) continue;
    const directory = await makeHome([parent], home);
    if (directory !== undefined) return { directory, enabled: await enableControllers(directory) };
  }
  const directory = await makeHome(parents, home);
  return directory === undefined ? undefined : { directory, enabled: [] };
}

/** Asks for each on its own, because a group may lack some; tells which of them its children have. */
async function enableControllers(directory: string): Promise<readonly string[]> {
  const file = join(directory, 'cgroup.subtree_control');
  const wanted = ['cpu', 'memory', 'pids'];
  for (const controller of wanted) await writeFile(file, `+${controller}`).catch(() => {});
  const enabled = (await readFile(file, 'utf8').catch(() => '')).trim().split(/\s+/);
  return wanted.filter((controller) => enabled.includes(controller));
}

async function makeHome(parents: readonly string[], home: string): Promise<string | undefined> {
  for (const parent of parents) {
    const directory = join(parent, home);
    const made = await mkdir(directory).then(
      () => true,
      () => false,
    );
    if (!made) continue;
    await sweep(parent);
    return directory;
  }
  return undefined;
}

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, pid, started] = homePattern.exec(name) ?? [];
    if (pid === undefined) continue;
    const owner = await readProcess(pid);
    if (owner !== undefined && String(owner.started) === started) continue;
    const left = join(parent, name);
    for (const entry of await readdir(left, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory()) continue;
      await endGroup(join(left, entry.name));
      await removeGroup(join(left, entry.name));
    }
    await removeGroup(left);
  }
}
