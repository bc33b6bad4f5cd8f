import { readFileSync } from 'node:fs';

const intervalMs = 500;

/**
 * Calls `onAbandoned` once if the npm that runs this script dies before it: killed, npm passes nothing on, and the shell
 * between it and us may die of it, or wait for us forever. Without npm nothing is watched; a command may outlive its shell.
 * @param {() => void} onAbandoned
 * @returns {() => void} stops watching
 */
export function whenAbandoned(onAbandoned) {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const family = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === family) return;
    clearInterval(timer);
    onAbandoned();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Npm, and where a shell stands between it and us, that too. Who is above npm may go: a command outlives its terminal. */
function ancestors() {
  const parent = process.ppid;
  try {
    // `sh -c <script>`; a script that begins with exec leaves no shell behind.
    const isShell = readFileSync(`/proc/${parent}/cmdline`, 'utf8').split('\0')[1] === '-c';
    if (!isShell) return `${parent}`;
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return `${parent}`;
  }
}
