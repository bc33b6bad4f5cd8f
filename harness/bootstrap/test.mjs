/** `npm test`: types, lint and format, then the walls between rooms and every test of the harness. Goes on after a failure. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runNode } from './child.mjs';
import { engineAnswers } from './engine.mjs';
import { prepare, root } from './prepare.mjs';
import { main } from './problem.mjs';

const tool = (...segments) => path.join(root, 'node_modules', ...segments);
const results = path.join(root, '.stagegate', 'test', 'vitest.json');

await main(async () => {
  const { node, env } = await prepare();
  // Logs keep what terminals paint.
  const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
  const runtime = { node, env: { ...env, ...plain } };
  const failed = [];
  const check = async (title, args) => {
    console.log(`\n── ${title}`);
    const code = await runNode(runtime, args, { cwd: root });
    if (code >= 128) process.exit(code);
    if (code !== 0) failed.push(title);
  };

  await check('types', [tool('typescript', 'bin', 'tsc'), '--noEmit']);
  await check('types of the console', [
    tool('typescript', 'bin', 'tsc'),
    '--noEmit',
    '--project',
    path.join(root, 'harness', 'console', 'page'),
  ]);
  await check('lint and format', [
    tool('@biomejs', 'biome', 'bin', 'biome'),
    'ci',
    '.',
    ...(process.stdout.isTTY ? [] : ['--colors=off']),
  ]);
  rmSync(results, { force: true });
  mkdirSync(path.dirname(results), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  await check('tests', [tool('vitest', 'vitest.mjs'), 'run', ...reporters, ...process.argv.slice(2)]);

  const counts = count(results);
  console.log();
  if (counts === null) console.log('The tests did not run to their end.');
  if (!(await engineAnswers()))
    console.log('No Docker engine answers: the tests of the docker runtime were skipped.');
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}.`);
  const { passed, failed: failures, skipped } = counts ?? { passed: 0, failed: 1, skipped: 0 };
  console.log(`${passed} passed, ${failures} failed, ${skipped} skipped`);
  return failed.length === 0 ? 0 : 1;
});

/** A file that could not be loaded has no tests, and still counts as one failure. */
function count(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
  const unloaded = report.testResults.filter(
    (suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
