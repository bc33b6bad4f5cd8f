/**
 * `stagegate plan` of a synthetic system, from the start of the process to its end, as it grows, beside a Node process that
 * only prints a line: `node harness/bench/plan.ts [services…]`.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { timeToEnd } from './measure.ts';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10, 50, 100];
const repetitions = 5;
const checkout = resolve(import.meta.dirname, '../..');
const commandLine = join(checkout, 'harness', 'cli', 'main.ts');

const rows: Record<string, number | string>[] = [];
for (const services of sizes) {
  const root = await mkdtemp(join(tmpdir(), 'stagegate-bench-plan-'));
  try {
    await writeSystem(root, services);
    const plan: number[] = [];
    const node: number[] = [];
    for (let turn = 0; turn < repetitions; turn++) {
      plan.push(await timeToEnd({ args: [commandLine, 'plan', '--json'], cwd: root }));
      node.push(await timeToEnd({ args: ['-p', '1'], cwd: root }));
    }
    const [planMs, nodeMs] = [median(plan), median(node)];
    rows.push({
      services,
      planMs: Math.round(planMs),
      nodeMs: Math.round(nodeMs),
      ratio: (planMs / nodeMs).toFixed(1),
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
console.table(rows);

/** Each service calls the one before it and has a suite in every stage. */
async function writeSystem(root: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `service-${index}`);
  const services = names.map((name, index) => [
    name,
    index === 0 ? {} : { neighbours: { UPSTREAM_URL: names[index - 1] } },
  ]);
  const config = {
    system: 'synthetic',
    services: Object.fromEntries(services),
    environments: [{ name: 'dev' }, { name: 'test' }, { name: 'production' }],
    gates: [
      { from: 'dev', to: 'test', requires: ['unit', 'integration', 'contract', 'functional'] },
      { from: 'test', to: 'production', requires: ['acceptance'] },
    ],
  };
  await write(root, 'stagegate.config.ts', `export default ${JSON.stringify(config)};\n`);
  await write(root, 'package.json', '{ "type": "module" }\n');
  await mkdir(join(root, 'node_modules'));
  await symlink(checkout, join(root, 'node_modules', 'stagegate'));
  for (const name of names) {
    const about = { name, version: '1.0.0', type: 'module', main: 'server.mjs' };
    await write(root, `services/${name}/package.json`, JSON.stringify(about));
    await write(
      root,
      `services/${name}/server.mjs`,
      "import { createServer } from 'node:http';\ncreateServer((_, answer) => answer.end(process.env.UPSTREAM_URL)).listen(process.env.PORT);\n",
    );
    for (const stage of ['unit', 'integration', 'contract', 'functional', 'acceptance']) {
      await write(
        root,
        `suites/${stage}/${name}/one.test.ts`,
        "import { test } from 'vitest';\ntest('one', () => {});\n",
      );
    }
  }
}

async function write(root: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
