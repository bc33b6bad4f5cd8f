import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { whileInstalling } from './install-lock.mjs';
import { npmCi } from './npm.mjs';
import { packagesAreCurrent } from './packages.mjs';
import { bringNode, chooseNode, environmentOf } from './toolchain.mjs';

/** The checkout that this folder belongs to. */
export const root = path.resolve(fileURLToPath(import.meta.url), '../../..');

/**
 * Brings what is missing: Node 24, then the locked packages. Says one line on stderr for each, and nothing when all is in place.
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} the Node to run with, first on the PATH too
 * @throws {import('./problem.mjs').SetupProblem}
 */
export async function prepare() {
  const isReady = () => chooseNode(root).ready && packagesAreCurrent(root);
  if (!isReady())
    await whileInstalling(root, install, () =>
      say('Waiting for another stagegate that is installing here …'),
    );
  const { node } = chooseNode(root);
  return { node, env: environmentOf(node) };
}

async function install() {
  if (!chooseNode(root).ready) {
    say(`Getting Node 24 from npm, once (this one is ${process.versions.node}) …`);
    await bringNode(root);
  }
  if (!packagesAreCurrent(root)) {
    say('Installing the locked packages, once …');
    await npmCi(root);
  }
}

function say(line) {
  process.stderr.write(`stagegate: ${line}\n`);
}
