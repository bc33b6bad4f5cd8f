import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Project } from './rig.ts';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Answers with its own words and those of the service it calls. */
const server = (words: string): string => `
  import { createServer } from 'node:http';
  const server = createServer(async (request, response) => {
    if (request.url === '/health') return response.end('ok');
    const called = process.env.BACK_URL === undefined ? '' : await (await fetch(process.env.BACK_URL)).text();
    response.end('${words} ' + called);
  });
  server.listen(process.env.PORT, process.env.LISTEN_ADDRESS);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

/** Turns the project into two services that build, start and answer: front calls back. `more` are members of its configuration. */
export async function makeDeployable(
  project: Project,
  more: string,
  gates = "[{ from: 'dev', to: 'production', requires: ['unit'] }]",
): Promise<void> {
  await mkdir(join(project.root, 'node_modules'), { recursive: true });
  await symlink(join(packages, 'vitest'), join(project.root, 'node_modules/vitest'));
  await project.write('.gitignore', 'node_modules\n.stagegate\nreports\n');
  for (const service of ['front', 'back']) {
    await project.write(
      `services/${service}/package.json`,
      JSON.stringify({ name: service, version: '1.0.0', type: 'module' }),
    );
    await writeServer(project, service, `${service} 1`);
    await project.write(
      `suites/unit/${service}/any.test.ts`,
      `import { expect, test } from 'vitest';\ntest('${service} adds', () => expect(1 + 1).toBe(2));\n`,
    );
  }
  await project.writeConfig(`{
    system: 'shop',
    services: {
      back: { start: 'exec node server.mjs', ready: '/health' },
      front: { start: 'exec node server.mjs', ready: '/health', neighbours: { BACK_URL: 'back' } },
    },
    gates: ${gates},
    cluster: { runtime: 'process', agents: 1 },
    ${more}
  }`);
  await git(project, 'init', '--quiet', '--initial-branch', 'main');
  await commit(project);
}

/** A new version of a service: what it answers. */
export function writeServer(project: Project, service: string, words: string): Promise<void> {
  return project.write(`services/${service}/server.mjs`, server(words));
}

export async function commit(project: Project, author = 'dev@example.com'): Promise<void> {
  await git(project, 'add', '--all');
  await git(
    project,
    '-c',
    'user.name=Dev',
    '-c',
    `user.email=${author}`,
    'commit',
    '--quiet',
    '--message',
    'Change',
  );
}

async function git(project: Project, ...args: readonly string[]): Promise<void> {
  await execa('git', args, { cwd: project.root });
}
