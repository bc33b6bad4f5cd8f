import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const checkout = fileURLToPath(new URL('../../', import.meta.url));

export interface Told {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a temporary folder, and the real command in a process of its own. */
export class Project implements AsyncDisposable {
  readonly root: string;
  /** Added to the environment of every command. */
  readonly env: Record<string, string> = {};

  private constructor(root: string) {
    this.root = root;
  }

  /** Two services, two environments, one gate; nothing that could be built or run. */
  static async create(): Promise<Project> {
    const project = new Project(await realpath(await mkdtemp(join(tmpdir(), 'stagegate-cli-'))));
    await project.write('package.json', '{ "type": "module" }');
    await mkdir(join(project.root, 'node_modules'));
    await symlink(checkout, join(project.root, 'node_modules/stagegate'));
    await project.writeConfig(`{
      system: 'shop',
      services: { orders: { neighbours: { PAYMENTS_URL: 'payments' } }, payments: {} },
      environments: [{ name: 'dev' }, { name: 'production' }],
      gates: [{ from: 'dev', to: 'production', requires: ['unit'] }],
    }`);
    for (const service of ['orders', 'payments']) {
      await project.write(`services/${service}/package.json`, '{}');
      await project.write(`services/${service}/Dockerfile`, 'FROM scratch');
      await project.write(`services/${service}/marathon.json`, `{ "id": "${service}", "cmd": "true" }`);
    }
    return project;
  }

  /** Two services that can be built, tested and deployed, in a git repository: orders asks payments. */
  static async createRunnable(): Promise<Project> {
    const project = new Project(await realpath(await mkdtemp(join(tmpdir(), 'stagegate-product-'))));
    await project.write('package.json', '{ "type": "module" }');
    await project.write('.gitignore', 'node_modules\n.stagegate\nreports\n');
    await mkdir(join(project.root, 'node_modules'));
    for (const name of ['stagegate', 'vitest']) {
      const target = name === 'stagegate' ? checkout : join(checkout, 'node_modules', name);
      await symlink(target, join(project.root, 'node_modules', name));
    }
    await project.writeConfig(`{
      system: 'small',
      services: { orders: { ready: '/', neighbours: { PAYMENTS_URL: 'payments' } }, payments: { ready: '/' } },
      environments: [{ name: 'dev' }, { name: 'production' }],
      gates: [{ from: 'dev', to: 'production', requires: ['unit', 'acceptance'] }],
      cluster: { agents: 1, runtime: 'process' },
    }`);
    for (const service of ['orders', 'payments']) {
      const { about, server, unit, acceptance } = runnable(service);
      await project.write(`services/${service}/package.json`, about);
      await project.write(`services/${service}/server.mjs`, server);
      await project.write(`suites/unit/${service}/sum.test.ts`, unit);
      await project.write(`suites/acceptance/${service}/answers.test.ts`, acceptance);
    }
    await execa('git', ['init', '--quiet'], { cwd: project.root });
    await project.commit('first');
    return project;
  }

  async commit(message: string): Promise<void> {
    const git = (...args: readonly string[]) => execa('git', args, { cwd: this.root });
    await git('add', '--all');
    await git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', message);
  }

  async write(file: string, text: string): Promise<void> {
    const path = join(this.root, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  writeConfig(config: string): Promise<void> {
    return this.write(
      'stagegate.config.ts',
      `import { defineConfig } from 'stagegate';\nexport default defineConfig(${config});\n`,
    );
  }

  stagegate(...args: readonly string[]): Promise<Told> {
    return this.stagegateWith('', ...args);
  }

  /** With something on its standard input. */
  async stagegateWith(input: string, ...args: readonly string[]): Promise<Told> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], {
      cwd: this.root,
      env: this.env,
      reject: false,
      input,
    });
    return { exitCode, stdout, stderr };
  }

  /** For a command that goes on until it is interrupted. */
  start(...args: readonly string[]): RunningCommand {
    return new RunningCommand(this.root, args, this.env);
  }

  async json(file: string): Promise<unknown> {
    return JSON.parse(await readFile(join(this.root, file), 'utf8'));
  }

  filesIn(folder: string): Promise<readonly string[]> {
    return readdir(join(this.root, folder));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** A command under way. */
export class RunningCommand {
  readonly #child;
  readonly #ended;
  readonly #lines: AsyncIterator<string>;

  constructor(root: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [main, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#ended = once(this.#child, 'exit');
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Waits for the first thing it prints. */
  firstLine(): Promise<string> {
    return this.lineLike(/./);
  }

  /** Waits for a line that fits, behind the one waited for last, and resolves to it. */
  async lineLike(pattern: RegExp): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`it ended without a line like ${pattern}`);
      if (pattern.test(value)) return value;
    }
  }

  /** As the system does when memory runs out. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** As Ctrl-C does; resolves to the exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    const [exitCode] = await this.#ended;
    return exitCode;
  }
}

function runnable(service: string) {
  return {
    about: JSON.stringify({ name: service, version: '1.0.0', type: 'module', main: 'server.mjs' }),
    server: `import { createServer } from 'node:http';
const server = createServer(async (request, response) => {
  ${service === 'orders' ? "if (request.url === '/upstream') return response.end(await (await fetch(process.env.PAYMENTS_URL)).text());" : ''}
  response.end('${service}');
});
server.listen(Number(process.env.PORT), process.env.LISTEN_ADDRESS ?? '0.0.0.0');
process.on('SIGTERM', () => server.close());
`,
    unit: `import { expect, test } from 'vitest';
test('one and one are two', () => expect(1 + 1).toBe(2));
`,
    acceptance: `import { system } from 'stagegate/testing';
import { expect, test } from 'vitest';
test('it answers by its name', async () => {
  expect(await (await fetch(system().url('${service}'))).text()).toBe('${service}');
});
`,
  };
}
