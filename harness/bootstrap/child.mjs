import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { whenAbandoned } from './abandoned.mjs';

const guard = new URL('./guard.mjs', import.meta.url).href;
/** A project whose package.json names no type may have a configuration with imports all the same. */
const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH'];

/** npm passes on the Ctrl-C that the terminal has sent us already; a person's second one comes later than this. */
const echoMs = 400;

/**
 * Runs a script under the given Node with this process's terminal, and resolves to its exit code (128 + n after a signal).
 *
 * The child leads a session of its own, so a Ctrl-C reaches it once, through us, and not a second time from the terminal.
 * Its guard ends it when we are gone, however we ended.
 * @param {{ node: string, env: NodeJS.ProcessEnv }} runtime
 * @param {readonly string[]} args
 * @param {{ cwd?: string, stdio?: 'inherit' | 'ignore' }} [options]
 * @returns {Promise<number>}
 */
export function runNode({ node, env }, args, { cwd, stdio = 'inherit' } = {}) {
  const child = spawn(node, [quiet, '--import', guard, ...args], {
    cwd,
    env,
    detached: process.platform !== 'win32',
    stdio: [stdio, stdio, stdio, 'ipc'],
  });
  const stopForwarding = forwardSignals(child);
  const stopWatching = whenAbandoned(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  }).finally(() => {
    stopForwarding();
    stopWatching();
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  const lastSent = new Map();
  const forward = (signal) => {
    const now = Date.now();
    if (signal !== 'SIGWINCH' && now - (lastSent.get(signal) ?? 0) < echoMs) return;
    lastSent.set(signal, now);
    child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  return () => {
    for (const signal of forwarded) process.off(signal, forward);
  };
}
