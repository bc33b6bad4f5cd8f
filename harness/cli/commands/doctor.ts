import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { detectRuntime, neededImages } from '../../builders/index.ts';
import type { Config } from '../../config/index.ts';
import { attachedSpec } from '../../effects/index.ts';
import { exitCodes, StagegateError } from '../../model/index.ts';
import { attachPlatform } from '../../platforms/index.ts';
import { print, printJson } from '../print.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

interface Diagnosis {
  readonly what: string;
  readonly isWell: boolean;
  readonly found: string;
  /** What to do; absent where all is well. */
  readonly advice?: string;
}

/** `stagegate doctor`: what this machine and the project's outside systems have, and what to do about the rest. */
export async function doctor(
  { config: file, json = false }: DoctorOptions,
  signal: AbortSignal,
): Promise<number> {
  const config = await openProject(file);
  const found = [
    ...(await Promise.all([
      git(config),
      engine(config),
      disk(config),
      memory(),
      rights(config),
      ledger(config),
    ])),
    ...(await Promise.all(config.platforms.map((platform) => platformFound(platform, signal)))),
  ];
  const isWell = found.every((one) => one.isWell);
  if (json) printJson({ isWell, found });
  else {
    for (const { what, isWell: well, found: text, advice } of found) {
      print(
        `${well ? 'ok     ' : 'problem'}  ${what}: ${text}${advice === undefined ? '' : `\n         ${advice}`}`,
      );
    }
    print(isWell ? 'Next: stagegate run' : 'Next: stagegate doctor, once the problems are mended');
  }
  return isWell ? exitCodes.yes : exitCodes.no;
}

async function git({ root }: Config): Promise<Diagnosis> {
  const told = await execa('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    reject: false,
    stdin: 'ignore',
  });
  if (!told.failed) return { what: 'git', isWell: true, found: `commit ${told.stdout.trim()}` };
  return {
    what: 'git',
    isWell: false,
    found: 'this folder is in no git repository with a commit',
    advice: 'Versions and the ledger want git: git init, git add, git commit.',
  };
}

async function engine(config: Config): Promise<Diagnosis> {
  const { runtime, notice } = await detectRuntime(config.cluster.runtime, await neededImages(config));
  return { what: 'runtime', isWell: true, found: `${runtime}${notice === undefined ? '' : ` (${notice})`}` };
}

const gib = 1024 ** 3;

async function disk({ root }: Config): Promise<Diagnosis> {
  const { bavail, bsize } = await statfs(root);
  const free = (bavail * bsize) / gib;
  const found = `${free.toFixed(1)} GiB free`;
  if (free >= 2) return { what: 'disk', isWell: true, found };
  return { what: 'disk', isWell: false, found, advice: 'A run wants 2 GiB; free some with: stagegate clean' };
}

async function memory(): Promise<Diagnosis> {
  const free = freemem() / gib;
  const found = `${free.toFixed(1)} GiB free`;
  if (free >= 0.5) return { what: 'memory', isWell: true, found };
  return { what: 'memory', isWell: false, found, advice: 'End other programs, or give cluster.agents less.' };
}

async function rights({ root }: Config): Promise<Diagnosis> {
  const folder = join(root, '.stagegate');
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return { what: 'rights', isWell: true, found: `${folder} can be written` };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { what: 'rights', isWell: false, found, advice: `Give this user the right to write ${folder}.` };
  }
}

async function ledger(config: Config): Promise<Diagnosis> {
  try {
    const { location, entries } = await openProjectLedger(config);
    const newest = entries.at(-1)?.record;
    const ahead = newest?.kind === 'run' ? Date.parse(newest.startedAt) - Date.now() : 0;
    if (ahead > 300_000) {
      const advice = 'A run in the ledger is later than now: set the clock of this machine.';
      return {
        what: 'clock',
        isWell: false,
        found: `${Math.round(ahead / 1000)} s behind the ledger`,
        advice,
      };
    }
    return { what: 'ledger', isWell: true, found: `${location}, ${entries.length} entries, all verified` };
  } catch (error) {
    return { what: 'ledger', isWell: false, ...said(error) };
  }
}

async function platformFound(platform: Config['platforms'][number], signal: AbortSignal): Promise<Diagnosis> {
  const what = `platforms.${platform.name}`;
  try {
    await using attached = await attachPlatform(
      attachedSpec(platform, 'process', () => {}),
      signal,
    );
    const { version } = await attached.marathon.info(signal);
    const apps = await attached.marathon.apps();
    return { what, isWell: true, found: `Marathon ${version ?? 'of no version'} with ${apps.length} apps` };
  } catch (error) {
    return { what, isWell: false, ...said(error) };
  }
}

function said(error: unknown): { readonly found: string; readonly advice?: string } {
  if (error instanceof StagegateError) return { found: error.message, advice: error.hint };
  return { found: error instanceof Error ? error.message : String(error) };
}
