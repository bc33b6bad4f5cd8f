#!/usr/bin/env node
/** The command line of the installed package, under any Node from 20 on: it brings Node 24 from npm where that is missing. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './child.mjs';
import { whileInstalling } from './install-lock.mjs';
import { main } from './problem.mjs';
import { bringNode, chooseNode, environmentOf } from './toolchain.mjs';

const harness = fileURLToPath(new URL('..', import.meta.url));
/** Of the package: Node is brought once for all projects that share the installation. */
const home = path.resolve(harness, '..', '..');

await main(async () => {
  const isReady = () => chooseNode(home).ready;
  if (!isReady()) {
    await whileInstalling(home, install, () =>
      process.stderr.write('stagegate: Waiting for another stagegate that is installing here …\n'),
    );
  }
  const { node } = chooseNode(home);
  const runtime = { node, env: environmentOf(node) };
  const code = await runNode(runtime, [path.join(harness, 'cli', 'main.js'), ...process.argv.slice(2)]);
  if (runsAreOpen()) await runNode(runtime, [path.join(harness, 'reaper', 'main.js'), process.cwd()]);
  return code;
});

async function install() {
  process.stderr.write(
    `stagegate: Getting Node 24 from npm, once (this one is ${process.versions.node}) …\n`,
  );
  await bringNode(home);
}

/** A command that was killed could not take down what it had started; another run may also just be going on. */
function runsAreOpen() {
  try {
    return readdirSync(path.join(process.cwd(), '.stagegate', 'runs')).length > 0;
  } catch {
    return false;
  }
}
