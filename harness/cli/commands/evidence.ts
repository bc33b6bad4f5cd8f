import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  foldState,
  type Ledger,
  type LedgerRecord,
  lastVerdict,
  promotedIn,
  type State,
} from '../../ledger/index.ts';
import { exitCodes, StagegateError, type TestCase } from '../../model/index.ts';
import {
  makePack,
  type PackContents,
  projectKey,
  provenanceOf,
  readPublicKey,
  type Statement,
  summaryOf,
  testResultOf,
  verifyPack,
} from '../../provenance/index.ts';
import { print, printJson } from '../print.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface EvidenceOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly to: string;
  readonly out?: string;
  readonly signingKey?: string;
}

/** `stagegate evidence`: everything that let a service into an environment, signed, in one archive. */
export async function evidence(service: string, options: EvidenceOptions): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openProjectLedger(config);
  const state = foldState(ledger.entries);
  const gate = config.gates.find(({ to }) => to === options.to);
  const policyDigest = createHash('sha256')
    .update(JSON.stringify(gate ?? null))
    .digest('hex');
  const contents = await contentsOf({ service, to: options.to, policyDigest }, ledger, state);
  const keyFile = resolve(options.signingKey ?? join(config.root, '.stagegate', 'keys', 'signing.pem'));
  const pack = await makePack(contents, await projectKey(keyFile));
  const out = resolve(options.out ?? `${service}-${options.to}.evidence.tar`);
  await writeFile(out, pack);
  const next = `stagegate verify ${out} --key ${keyFile}.pub`;
  if (options.json === true) printJson({ pack: out, key: `${keyFile}.pub`, next });
  else print(`Wrote ${out}.\nNext: ${next}`);
  return exitCodes.yes;
}

export interface VerifyOptions {
  readonly key: string;
  readonly json?: boolean;
}

/** `stagegate verify`: whether every byte of an evidence pack is as it was signed. Needs no project. */
export async function verify(file: string, { key, json = false }: VerifyOptions): Promise<number> {
  const publicKey = await readPublicKey(key);
  const bytes = await readFile(file).catch((error: Error) => {
    throw new StagegateError('SG_USAGE', `${file} cannot be read: ${error.message}`);
  });
  const verified = await verifyPack(bytes, publicKey);
  if (json) printJson({ pack: file, ...verified });
  else if (verified.kind === 'unsound')
    print(`${file} does not verify:\n${verified.problems.map((one) => `  ${one}`).join('\n')}`);
  else {
    const lines = verified.statements.map(
      ({ subject, predicateType }) => `  ${subject[0]?.name}: ${predicateType}`,
    );
    print(`${file} verifies: ${verified.files.length} files.\n${lines.join('\n')}`);
  }
  return verified.kind === 'sound' ? exitCodes.yes : exitCodes.no;
}

async function contentsOf(
  {
    service,
    to,
    policyDigest,
  }: { readonly service: string; readonly to: string; readonly policyDigest: string },
  ledger: Ledger,
  state: State,
): Promise<PackContents> {
  const promoted = promotedIn(state, service, to);
  const artifact = state.artifacts.findLast(
    (one) => one.service === service && one.digest === promoted?.digest,
  );
  if (promoted === undefined || artifact === undefined) {
    throw new StagegateError(
      'SG_USAGE',
      `${service} was never promoted to ${to}, so there is no evidence of it.`,
    );
  }
  const { digest } = artifact;
  const statements = new Map<string, Statement>([[`${service}.provenance`, provenanceOf(artifact)]]);
  const files = new Map<string, string>();
  for (const [index, one] of (state.evidence.get(digest) ?? [])
    .filter((each) => each.service === service)
    .entries()) {
    const text = one.cases === null ? null : await ledger.object(one.cases);
    const cases = text === null ? [] : (JSON.parse(text) as readonly TestCase[]);
    if (text !== null) files.set(`cases/${one.cases}.json`, text);
    const passed = cases.filter(({ outcome }) => outcome === 'pass').map(({ name }) => name);
    statements.set(`${service}.${String(index).padStart(3, '0')}.${one.stage}`, testResultOf(one, passed));
  }
  const verdict = lastVerdict(state, service, to, digest);
  if (verdict !== undefined) {
    statements.set(`${service}.verdict.${to}`, summaryOf(verdict, policyDigest));
  }
  const entries = ledger.entries.filter(({ record }) => isAbout(record, service, digest));
  files.set('ledger.jsonl', entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return { statements, files };
}

/** Entries that name the service and its digest, whatever their kind. */
function isAbout(record: LedgerRecord, service: string, digest: string): boolean {
  const text = JSON.stringify(record);
  return text.includes(digest) && text.includes(`"${service}"`);
}
