/**
 * `npm pack` and `npm publish`: Node strips no types below node_modules, so the package carries plain JavaScript.
 * `make` compiles to dist/ and puts a package.json that points there in place of the checkout's; `restore` puts that back.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runNode } from './child.mjs';
import { npmSbom } from './npm.mjs';
import { billOf, licencesOf, optional } from './parts.mjs';
import { prepare, root } from './prepare.mjs';
import { main, SetupProblem } from './problem.mjs';

const manifest = path.join(root, 'package.json');
const kept = path.join(root, '.stagegate', 'package.json');
const dist = path.join(root, 'dist');

await main(async () => {
  if (process.argv[2] === 'restore') {
    if (existsSync(kept)) renameSync(kept, manifest);
    return 0;
  }
  await compile();
  await listParts();
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
  // What is read or served as it is.
  for (const file of filesOf('harness', /\.(json|css|html|md|mjs)$/)) {
    if (!existsSync(path.join(dist, path.dirname(file)))) continue;
    copyFileSync(path.join(root, file), path.join(dist, file));
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
  // Plain JavaScript, started under whatever Node there is.
  cpSync(path.join(root, 'harness', 'bootstrap'), path.join(dist, 'harness', 'bootstrap'), {
    recursive: true,
    filter: (file) => !file.endsWith('.ts'),
  });
  await writeConfigSchema(runtime);
}

/** A bill of materials, and the licences in it, for whoever must know what an install brings. */
async function listParts() {
  const bill = billOf(JSON.parse(await npmSbom(root)));
  writeFileSync(path.join(dist, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  writeFileSync(path.join(dist, 'THIRD-PARTY-LICENCES.md'), licencesOf(bill));
}

/** Relative to the checkout. */
function filesOf(folder, pattern) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => pattern.test(name)).map((name) => path.join(folder, name));
}

/** The JSON Schema of the configuration, for editors and for whoever writes one by program. */
async function writeConfigSchema(runtime) {
  const module = pathToFileURL(path.join(dist, 'harness', 'config', 'config-schema.js')).href;
  const file = path.join(dist, 'harness', 'config', 'config.schema.json');
  const script = `const { configJsonSchema } = await import(${JSON.stringify(module)});
    (await import('node:fs')).writeFileSync(${JSON.stringify(file)}, JSON.stringify(configJsonSchema(), null, 2));`;
  if ((await runNode(runtime, ['--input-type=module', '--eval', script])) !== 0) {
    throw new SetupProblem(
      'The JSON Schema of the configuration could not be written.',
      'See the error above.',
    );
  }
}

function published({ scripts: _, workspaces: __, devDependencies: ___, dependencies, ...rest }) {
  const entry = (file) => ({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
  const isOptional = ([name]) => optional.includes(name);
  return {
    ...rest,
    // The package brings its own Node 24 where there is an older one.
    engines: { node: '>=20' },
    bin: { stagegate: 'dist/harness/bootstrap/installed.mjs' },
    exports: {
      '.': entry('harness/config/index'),
      './testing': entry('harness/runners/testing/index'),
      './run.schema.json': './dist/harness/report/run.schema.json',
      './config.schema.json': './dist/harness/config/config.schema.json',
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(Object.entries(dependencies).filter((one) => !isOptional(one))),
    peerDependencies: Object.fromEntries(Object.entries(dependencies).filter(isOptional)),
    peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
  };
}
