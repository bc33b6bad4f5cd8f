/**
 * `npm pack` and `npm publish`: Node strips no types below node_modules, so the package carries plain JavaScript.
 * `make` compiles to dist/ and puts a package.json that points there in place of the checkout's; `restore` puts that back.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { runNode } from './child.mjs';
import { prepare, root } from './prepare.mjs';
import { main, SetupProblem } from './problem.mjs';

const manifest = path.join(root, 'package.json');
const kept = path.join(root, '.stagegate', 'package.json');
const dist = path.join(root, 'dist');

/** What the package's command starts with, under whatever Node it is started. */
const starter = `#!/usr/bin/env node
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(\`stagegate needs Node 24 or newer; this is \${process.versions.node}.\`);
  process.exit(3);
}
await import('./harness/cli/main.js');
`;

await main(async () => {
  if (process.argv[2] === 'restore') {
    if (existsSync(kept)) renameSync(kept, manifest);
    return 0;
  }
  await compile();
  mkdirSync(path.dirname(kept), { recursive: true });
  copyFileSync(manifest, kept);
  writeFileSync(
    manifest,
    `${JSON.stringify(published(JSON.parse(readFileSync(manifest, 'utf8'))), null, 2)}\n`,
  );
  return 0;
});

async function compile() {
  rmSync(dist, { recursive: true, force: true });
  const runtime = await prepare();
  const tsc = [
    path.join(root, 'node_modules/typescript/bin/tsc'),
    '--project',
    path.join(root, 'tsconfig.build.json'),
  ];
  if ((await runNode(runtime, tsc)) !== 0)
    throw new SetupProblem('tsc found errors.', 'Correct what it names above.');
  // A room's inner types may have no name to declare them by; the entry points need none of those.
  await runNode(runtime, [...tsc, '--declaration', '--emitDeclarationOnly'], { stdio: 'ignore' });
  const page = [
    path.join(root, 'harness/console/server/bundle-page.ts'),
    path.join(dist, 'harness/console/page/built'),
  ];
  if ((await runNode(runtime, page)) !== 0)
    throw new SetupProblem('The console could not be made.', 'Correct what is named above.');
  for (const room of ['model', 'report']) {
    for (const file of filesOf(path.join('harness', room), /\.(json|css|html|md)$/)) {
      copyFileSync(path.join(root, file), path.join(dist, file));
    }
  }
  // Code that is copied into services or started as it is.
  for (const room of ['builders', 'drill']) {
    for (const file of filesOf(path.join('harness', room), /\.mjs$/)) {
      mkdirSync(path.dirname(path.join(dist, file)), { recursive: true });
      copyFileSync(path.join(root, file), path.join(dist, file));
    }
  }
  // tsc rewrites what is imported, but not a path that is resolved by hand.
  for (const file of filesOf('dist', /\.js$/)) {
    const code = readFileSync(path.join(root, file), 'utf8');
    const rewritten = code.replaceAll(/(import\.meta\.resolve\('[^']+)\.ts'/g, "$1.js'");
    if (rewritten !== code) writeFileSync(path.join(root, file), rewritten);
  }
  writeFileSync(path.join(dist, 'stagegate.mjs'), starter);
}

/** Relative to the checkout. */
function filesOf(folder, pattern) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => pattern.test(name)).map((name) => path.join(folder, name));
}

function published({ scripts: _, workspaces: __, devDependencies: ___, ...rest }) {
  const entry = (file) => ({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
  return {
    ...rest,
    bin: { stagegate: 'dist/stagegate.mjs' },
    exports: {
      '.': entry('harness/config/index'),
      './testing': entry('harness/runners/testing/index'),
      './package.json': './package.json',
    },
  };
}
