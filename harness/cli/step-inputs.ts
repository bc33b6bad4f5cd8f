import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { InputSet, StepRun } from '../engine/index.ts';
import type { FileHashes } from '../sources/index.ts';

/**
 * What each step read when it was last done on this machine, so that somebody who asks why it is done again can be told. Not
 * in the ledger: the fingerprint there is enough to decide, and this is for people.
 */
const remembered = z.object({
  step: z.string(),
  runId: z.string(),
  fingerprint: z.string(),
  inputs: z.record(z.string(), z.string().nullable()),
  /** For inputs that are a hash over files: each file with its own. */
  files: z.record(z.string(), z.record(z.string(), z.string().nullable())),
});
export type RememberedInputs = Readonly<z.infer<typeof remembered>>;

/** What the steps of a run have read. */
export interface ReadInputs {
  readonly runs: readonly StepRun[];
  readonly runId: string;
  readonly files: FileHashes;
}

/** What cannot be kept is only not explained later. */
export async function rememberInputs(root: string, read: ReadInputs): Promise<void> {
  await write(root, read).catch(() => undefined);
}

async function write(root: string, { runs, runId, files }: ReadInputs): Promise<void> {
  await mkdir(folderOf(root), { recursive: true });
  for (const { step, end, fingerprint, inputs } of runs) {
    if (fingerprint === null || end.outcome !== 'pass' || end.reused !== undefined) continue;
    const record = {
      step: step.id,
      runId,
      fingerprint,
      inputs: { ...inputs },
      files: listingsOf(inputs, files),
    };
    await writeFile(fileOf(root, step.id), JSON.stringify(record));
  }
}

/** Null when the step was never done on this machine, or the file is damaged: it only explains. */
export async function rememberedInputs(root: string, stepId: string): Promise<RememberedInputs | null> {
  try {
    return remembered.parse(JSON.parse(await readFile(fileOf(root, stepId), 'utf8')));
  } catch {
    return null;
  }
}

/** One line for each input that differs, by file where it is a hash over files. Pure. */
export function changesSince(
  before: RememberedInputs,
  inputs: InputSet,
  files: FileHashes,
): readonly string[] {
  const names = [...new Set([...Object.keys(before.inputs), ...Object.keys(inputs)])];
  return names
    .filter((name) => before.inputs[name] !== inputs[name])
    .flatMap((name) => {
      const now = inputs[name];
      if (now === null) return [`${name}: cannot be known, so the step is always done`];
      const listing = now === undefined ? undefined : files.listing(now);
      const earlier = before.files[name];
      if (listing === undefined || earlier === undefined) return [`${name} changed`];
      return changedFiles(earlier, listing).map((line) => `${name}: ${line}`);
    });
}

function changedFiles(
  before: Readonly<Record<string, string | null>>,
  now: ReadonlyMap<string, string | null>,
): readonly string[] {
  const gone = Object.keys(before).filter((file) => !now.has(file));
  return [
    ...[...now].flatMap(([file, hash]) => {
      if (!(file in before)) return [`${file} is new`];
      return before[file] === hash ? [] : [`${file} changed`];
    }),
    ...gone.map((file) => `${file} is gone`),
  ];
}

function listingsOf(inputs: InputSet, files: FileHashes): Record<string, Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, hash]) => {
      const listing = hash === null ? undefined : files.listing(hash);
      return listing === undefined ? [] : [[name, Object.fromEntries(listing)]];
    }),
  );
}

function folderOf(root: string): string {
  return join(root, '.stagegate', 'inputs');
}

function fileOf(root: string, stepId: string): string {
  return join(folderOf(root), `${encodeURIComponent(stepId)}.json`);
}
