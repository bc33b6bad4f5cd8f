import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
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

  async stagegate(...args: readonly string[]): Promise<Told> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], {
      cwd: this.root,
      reject: false,
    });
    return { exitCode, stdout, stderr };
  }

  /** For a command that goes on until it is interrupted. */
  start(...args: readonly string[]): RunningCommand {
    return new RunningCommand(this.root, args);
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

  constructor(root: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [main, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#ended = once(this.#child, 'exit');
  }

  /** Waits for the first thing it prints. */
  async firstLine(): Promise<string> {
    const [line] = await once(createInterface(this.#child.stdout), 'line');
    return String(line);
  }

  /** As Ctrl-C does; resolves to the exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    const [exitCode] = await this.#ended;
    return exitCode;
  }
}
