import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { lock } from 'proper-lockfile';
import { type Digest, StagegateError } from '../model/index.ts';
import type { Source } from './build-service.ts';
import { packFolder } from './pack-folder.ts';

export interface Bundle {
  readonly digest: Digest;
  /** `<root>/.stagegate/artifacts/<hex digest>.tar.gz` */
  readonly file: string;
  readonly bytes: number;
}

const lastLines = 25;
/** Two runs in one checkout build a service one after the other: its script writes into the service's folder. */
const patience = { retries: { retries: 300, minTimeout: 100, maxTimeout: 200 }, stale: 10_000 };

/** Runs the service's own build script and packs its `dist` folder. @throws `SG_BUILD_FAILED` */
export async function buildBundle(service: Source, root: string, signal: AbortSignal): Promise<Bundle> {
  const artifacts = join(root, '.stagegate', 'artifacts');
  await mkdir(artifacts, { recursive: true });
  const release = await lock(service.path, {
    lockfilePath: join(artifacts, `${service.name}.lock`),
    ...patience,
  });
  try {
    const dist = join(service.path, 'dist');
    // A file that an older source made must not travel along.
    await rm(dist, { recursive: true, force: true });
    await runBuildScript(service, signal);
    await stat(dist).catch((cause) => {
      throw new StagegateError('SG_BUILD_FAILED', `${service.name}: its build script made no ${dist}`, {
        cause,
      });
    });
    return await store(artifacts, await packFolder(dist));
  } finally {
    await release();
  }
}

async function runBuildScript({ name, path }: Source, signal: AbortSignal): Promise<void> {
  const result = await execa(process.execPath, ['--run', 'build'], {
    cwd: path,
    all: true,
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (!result.failed) return;
  const output = (result.all ?? '').trim().split('\n').slice(-lastLines).join('\n');
  const how = result.exitCode === undefined ? result.shortMessage : `exit code ${result.exitCode}`;
  throw new StagegateError('SG_BUILD_FAILED', `${name}: node --run build in ${path}: ${how}\n${output}`, {
    cause: result,
  });
}

/** Named by its content, so equal builds share one file and a file is never changed. */
async function store(folder: string, bytes: Buffer): Promise<Bundle> {
  const hex = createHash('sha256').update(bytes).digest('hex');
  const file = join(folder, `${hex}.tar.gz`);
  const known = await stat(file).catch(() => null);
  if (known?.size !== bytes.length) {
    const unfinished = join(folder, `${randomUUID()}.unfinished`);
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  }
  return { digest: `sha256:${hex}`, file, bytes: bytes.length };
}
