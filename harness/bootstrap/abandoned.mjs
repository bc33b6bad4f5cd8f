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

/** The shell, and npm above it where the system tells. */
function ancestors() {
  const parent = process.ppid;
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return `${parent}`;
  }
}
