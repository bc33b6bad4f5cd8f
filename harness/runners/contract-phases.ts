import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  contentHash,
  mergePacts,
  nameOf,
  type PactFile,
  type PartyNames,
  parseWritten,
  readPactFiles,
  renameParties,
  replacePacts,
  type WrittenPact,
  writePact,
} from '../contracts/index.ts';
import type { ConsumerPact } from '../model/index.ts';
import type { StageContext } from './context.ts';
import { type ContractFolders, contractFolders } from './contract-folders.ts';
import {
  hasConsumerTests,
  judgeConsumer,
  judgeProvider,
  type OwnedFile,
  type ServiceJudgement,
  type Written,
} from './contract-judgement.ts';
import type { FilesOutcome } from './file-outcome.ts';
import { readVerifications } from './verification-records.ts';

/** What the contract stage does besides running tests. */
export interface ContractPhases {
  /** What its tests are handed: pacts to read and to write are in the stage's own folders, never in the project. */
  readonly context: StageContext;
  /** Takes over what every named consumer wrote whose consumer tests all passed; others keep what is committed. */
  takeOver(services: readonly string[], consumers: FilesOutcome): Promise<void>;
  /** What is to be said of a service besides what its tests say. */
  judge(service: string, testFiles: readonly OwnedFile[]): Promise<ServiceJudgement>;
  /** Writes what was taken over into the project's pacts, where it changes anything. */
  publish(): Promise<void>;
}

/** @throws `SG_PACT_INVALID` when nobody can tell whose pact a committed file is: better before the tests than after. */
export async function openContractPhases(context: StageContext): Promise<ContractPhases> {
  const committed = context.pacts.read;
  readPactFiles(committed);
  await mkdir(context.pacts.write, { recursive: true });
  const root = await mkdtemp(join(context.pacts.write, 'contract-'));
  const folders = contractFolders(root);
  const names = context.pactNames ?? {};
  const ownNames = Object.fromEntries(Object.entries(names).map(([pact, service]) => [service, pact]));
  await prepare(folders, committed, names);
  const written = new Map<string, Written>();
  const passedConsumers = new Set<string>();
  return {
    context: { ...context, pacts: { read: folders.inForce, write: root } },
    async takeOver(services, consumers) {
      for (const service of services) {
        if (!passed(consumers, service)) continue;
        const { pacts, problems } = await readWritten(join(folders.written, service));
        const together = mergePacts(pacts.map((pact) => renameParties(pact, names)));
        const merged = { ...together, conflicts: [...problems, ...together.conflicts] };
        written.set(service, merged);
        const own = merged.pacts.filter((pact) => nameOf(pact.consumer) === service);
        if (merged.conflicts.length > 0 || own.length === 0) continue;
        passedConsumers.add(service);
        await replacePacts(service, own, folders.inForce);
      }
    },
    async judge(service, testFiles) {
      const files = readPactFiles(folders.inForce);
      const records = await readVerifications(folders.verified);
      const consumer = judgeConsumer({ service, context, files, testFiles, written: written.get(service) });
      const provider = judgeProvider({ service, context, files, testFiles, records });
      const own = files.filter((file) => file.consumer === service);
      const isKnown =
        passedConsumers.has(service) ||
        (own.length === 0 && (written.has(service) || !hasConsumerTests({ service, context, testFiles })));
      return {
        contracts: provider.contracts,
        ...(isKnown && consumer.faults.length === 0 ? { pacts: own.map(consumerPact) } : {}),
        faults: [...consumer.faults, ...provider.faults],
        doubts: [...consumer.doubts, ...provider.doubts],
      };
    },
    async publish() {
      for (const service of passedConsumers) {
        const own = readPactFiles(folders.inForce).filter(({ consumer }) => consumer === service);
        await replacePacts(
          ownNames[service] ?? service,
          own.map((file: PactFile) => renameParties(file.written, ownNames)),
          committed,
        );
      }
    },
  };
}

function consumerPact({ provider, written }: PactFile): ConsumerPact {
  return { provider, contentHash: contentHash(written), content: writePact(written) };
}

/** The committed pacts, their parties called as the services are. */
async function prepare(folders: ContractFolders, committed: string, names: PartyNames): Promise<void> {
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  for (const { file, written } of readPactFiles(committed)) {
    const renamed = renameParties(written, names);
    const copy = join(folders.inForce, basename(file));
    await (renamed === written ? cp(file, copy) : writeFile(copy, JSON.stringify(renamed)));
  }
}

/** Every pact that the tests of one service wrote, whatever the files are called, and what is wrong with those that are none. */
async function readWritten(
  folder: string,
): Promise<{ readonly pacts: readonly WrittenPact[]; readonly problems: readonly string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const pacts: WrittenPact[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      pacts.push(parseWritten(await readFile(file, 'utf8')));
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      problems.push(`a test wrote ${basename(file)} into pactFolder(), which is not JSON: ${because}`);
    }
  }
  return { pacts, problems };
}

/** Only consumer tests run in the phase that this looks at. */
function passed(outcome: FilesOutcome, service: string): boolean {
  const files = outcome.files.filter((file) => file.service === service);
  return (
    files.length > 0 &&
    outcome.strayErrors.length === 0 &&
    !outcome.doubts.some((doubt) => doubt.service === service) &&
    files.every((file) => file.finished && file.cases.every((testCase) => testCase.outcome !== 'fail'))
  );
}
