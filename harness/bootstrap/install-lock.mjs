import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Far longer than any step that is done between two writes below; only a process that died there lets it pass. */
const abandonedMs = 10_000;

/**
 * Runs `work` while no other process installs into the same checkout. The lock of a dead process is taken over.
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} work
 * @param {() => void} onWait called once, when another process is installing
 * @returns {Promise<T>}
 */
export async function whileInstalling(root, work, onWait) {
  const lock = path.join(root, '.stagegate', 'install.lock');
  mkdirSync(path.dirname(lock), { recursive: true });
  for (let waiting = false; !create(lock, identity(process.pid)); waiting = true) {
    if (!waiting) onWait();
    removeIfDead(lock);
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Only the holder of the second lock may judge the first, so nobody removes a lock that was just taken anew. */
function removeIfDead(lock) {
  const judging = `${lock}.judging`;
  if (!create(judging, '')) {
    if (ageMs(judging) > abandonedMs) rmSync(judging, { force: true });
    return;
  }
  const owner = read(lock);
  const dead = owner === '' ? ageMs(lock) > abandonedMs : owner !== identity(Number.parseInt(owner, 10));
  if (dead) rmSync(lock, { force: true });
  rmSync(judging, { force: true });
}

/** A pid and, where the system tells, when it started: a later process with the same pid is another one. */
function identity(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return 'nobody';
  }
  const stat = read(`/proc/${pid}/stat`);
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
}

function create(file, content) {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
