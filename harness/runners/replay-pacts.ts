import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readPactFiles } from '../contracts/index.ts';
import { type ContractResult, firstLine } from '../model/index.ts';
import { writeConfiguredProviders } from './configured-providers.ts';
import type { StageContext } from './context.ts';
import { contractFolders } from './contract-folders.ts';
import { judgeProvider } from './contract-judgement.ts';
import type { FilesOutcome } from './file-outcome.ts';
import { phaseOf, stagePlans } from './phases.ts';
import { ownerOf, suiteFolders } from './suite-folders.ts';
import { readVerifications } from './verification-records.ts';
import { openTestFiles } from './vitest-files.ts';

export interface ReplayRequest {
  readonly provider: string;
  /** Pacts as JSON text, of whatever versions of its consumers; each content once. */
  readonly pacts: readonly string[];
  /** With the provider's artifact that is to be verified, which may be an older one. */
  readonly context: StageContext;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/**
 * Replays pacts against one version of their provider with the provider's suite of today, and says what was found of each,
 * in their order. What could not be replayed is inconclusive. The project's pacts stay as they are.
 * @throws `SG_INTERRUPTED`
 */
export async function replayPacts(request: ReplayRequest): Promise<readonly ContractResult[]> {
  const { provider, pacts, logFile, signal } = request;
  const { read, write } = request.context.pacts;
  await mkdir(write, { recursive: true });
  const root = await mkdtemp(join(write, 'replay-'));
  const folders = contractFolders(root);
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  // What the provider itself expects of others stays: its suite may stand stubs in for them.
  for (const { file } of readPactFiles(read).filter((one) => one.provider !== provider)) {
    await cp(file, join(folders.inForce, `committed-${basename(file)}`));
  }
  const width = String(pacts.length).length;
  for (const [index, text] of pacts.entries()) {
    await writeFile(join(folders.inForce, `replayed-${String(index).padStart(width, '0')}.json`), text);
  }
  const context = { ...request.context, pacts: { read: folders.inForce, write: root } };
  await writeConfiguredProviders(context, [provider]);
  const suites = suiteFolders(context, [provider]);
  const plan = stagePlans.contract;
  await using tests = await openTestFiles({
    context,
    folders: suites,
    plan,
    logFile,
    onTest: () => {},
    signal,
  });
  const [, providers] = plan.phases;
  if (providers === undefined) return [];
  const found = tests.found.filter((file) => phaseOf(plan, basename(file)) === providers);
  const outcome = await tests.run(found, providers);
  const testFiles = found.map((file) => ({ file, service: ownerOf(file, suites) }));
  const files = readPactFiles(folders.inForce);
  const records = await readVerifications(folders.verified);
  const { contracts } = judgeProvider({ service: provider, context, files, testFiles, records });
  const because = records.length > 0 ? null : whyNothing(outcome, provider);
  return because === null ? contracts : contracts.map((contract) => withCause(contract, because));
}

/** Why the suite replayed nothing at all. */
function whyNothing(outcome: FilesOutcome, provider: string): string {
  const failed = outcome.files.flatMap(({ cases }) => cases).find((one) => one.outcome === 'fail');
  const [stray] = outcome.strayErrors;
  if (failed?.failure !== undefined) return firstLine(failed.failure.message);
  if (stray !== undefined) return firstLine(stray);
  return `no test in suites/contract/${provider}/*.provider.test.ts replayed it`;
}

function withCause(contract: ContractResult, because: string): ContractResult {
  const interactions = contract.interactions.map((one) => ({ ...one, because: [because] }));
  return { ...contract, interactions };
}
