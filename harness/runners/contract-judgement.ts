import { basename } from 'node:path';
import {
  contentHash,
  contractResult,
  nameOf,
  notReplayed,
  type PactFile,
  type WrittenPact,
} from '../contracts/index.ts';
import type { ConsumerPact, ContractResult } from '../model/index.ts';
import type { StageContext } from './context.ts';
import type { VerificationRecord } from './contract-folders.ts';
import { strangerIn } from './participants.ts';
import { isConsumerTest, isProviderTest } from './phases.ts';

/** What one consumer's tests wrote, put together. */
export interface Written {
  readonly pacts: readonly WrittenPact[];
  readonly conflicts: readonly string[];
}

/** What the contract stage adds to what a service's tests say. */
export interface ServiceJudgement {
  /** What verifying found of every pact that names the service as its provider. */
  readonly contracts: readonly ContractResult[];
  /** What the service expects of others; absent when its consumer tests did not pass. */
  readonly pacts?: readonly ConsumerPact[];
  /** What is wrong for certain, whether a test noticed or not. */
  readonly faults: readonly string[];
  /** Why nothing may be concluded although all tests passed. */
  readonly doubts: readonly string[];
}

interface Subject {
  readonly service: string;
  readonly context: StageContext;
  /** The pacts in force. */
  readonly files: readonly PactFile[];
  /** Every test file of the stage. */
  readonly testFiles: readonly OwnedFile[];
}

/** A test file, relative to the project, and whose it is. */
export interface OwnedFile {
  readonly file: string;
  readonly service: string | null;
}

/** Of a service as a consumer: what it wrote must be its own, whole, for a provider there is, and of today. */
export function judgeConsumer(
  subject: Subject & { readonly written: Written | undefined },
): Pick<ServiceJudgement, 'faults' | 'doubts'> {
  const { service, context, files, written } = subject;
  const own = files.filter(({ consumer }) => consumer === service);
  const foreign = (written?.pacts ?? [])
    .map(({ consumer }) => nameOf(consumer))
    .filter((name) => name !== service);
  const hasTests = hasConsumerTests(subject);
  const stale = own.map(pathOf).join(', ');
  return {
    faults: written?.conflicts ?? [],
    doubts: [
      ...foreign.map(
        (name) =>
          `suites/contract/${service} wrote a pact of the consumer "${name}", which is not ${service}`,
      ),
      ...(own.length > 0 && !hasTests
        ? [
            `no suites/contract/${service}/*.consumer.test.ts writes ${stale}: write the test again, or delete the file`,
          ]
        : []),
      ...(own.length > 0 && hasTests && written?.pacts.length === 0
        ? [`its consumer tests wrote no pact into pactFolder(), so ${stale} is what an earlier run wrote`]
        : []),
      ...own.flatMap((file) => strangerIn(context, file.provider, `${pathOf(file)} names the provider`)),
      ...own.flatMap(problemsOf),
      ...own.filter(isEmpty).map((file) => `${pathOf(file)} holds no interaction, so it proves nothing`),
    ],
  };
}

/** A command may run tests of either kind. */
export function hasConsumerTests({
  service,
  context,
  testFiles,
}: Pick<Subject, 'service' | 'context' | 'testFiles'>): boolean {
  return (
    context.services[service]?.suite?.kind === 'command' ||
    testFiles.some(({ file, service: owner }) => owner === service && isConsumerTest(file))
  );
}

/** Of a service as a provider: every interaction of every pact that names it was replayed against it, and passed. */
export function judgeProvider(
  subject: Subject & { readonly records: readonly VerificationRecord[] },
): ServiceJudgement {
  const { service, context, files, testFiles } = subject;
  const records = subject.records.filter(({ provider }) => provider === service);
  const counting = countingRecords(records);
  const pacts = files.filter(({ provider }) => provider === service);
  const contracts = pacts.map((file) =>
    contractResult(
      file,
      counting
        .filter((record) => record.pacts.includes(contentHash(file.written)))
        .flatMap(({ results }) => results),
    ),
  );
  const hasTests = testFiles.some(({ file, service: owner }) => owner === service && isProviderTest(file));
  const proving = pacts.filter((file) => !isEmpty(file));
  if (proving.length > 0 && !hasTests) {
    const names = proving.map(pathOf).join(', ');
    return {
      contracts,
      faults: [],
      doubts: [
        `no suites/contract/${service}/*.provider.test.ts verifies ${names}; write it, or services.${service}.provider: { states: '/_pact/states' }`,
      ],
    };
  }
  const unshipped =
    (context.services[service]?.bundle ?? '') !== '' && counting.some(({ subject: of }) => of === 'stand-in');
  return {
    contracts,
    faults: contracts.flatMap((one) => [
      ...sentences(one, 'fail', `${service} breaks what ${one.consumer} expects of`),
      ...notAskedIn(one, service),
    ]),
    doubts: [
      ...pacts.flatMap(problemsOf),
      ...contracts.flatMap((one) =>
        sentences(one, 'inconclusive', `${service} did not verify what ${one.consumer} expects of`),
      ),
      ...contracts.flatMap((one) =>
        sentences(
          one,
          'pending',
          `${one.consumer} says that it is pending, and ${service} breaks what it expects of`,
        ),
      ),
      ...(unshipped
        ? [
            `its pacts were verified against something else than the shipped ${service}: start it with startService('${service}')`,
          ]
        : []),
    ],
  };
}

/** Answers of the service as it ships count before those of anything else. */
function countingRecords(records: readonly VerificationRecord[]): readonly VerificationRecord[] {
  for (const subject of ['artifact', 'wrapped'] as const) {
    const chosen = records.filter((record) => record.subject === subject);
    if (chosen.length > 0) return chosen;
  }
  return records;
}

/** One sentence for the interactions of one outcome, the first of them by name. */
function sentences(
  contract: ContractResult,
  outcome: ContractResult['outcome'],
  beginning: string,
): string[] {
  const [first, ...others] = contract.interactions.filter((one) => one.outcome === outcome);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and of ${others.length} more`;
  const why = outcome === 'inconclusive' ? '' : `: ${first.because?.[0] ?? ''}`;
  return [`${beginning} "${first.description}"${more}${why}`];
}

/** A suite that cannot bring its provider into a state is wrong for certain, and says nothing of the provider. */
function notAskedIn({ consumer, interactions }: ContractResult, service: string): string[] {
  const [first] = interactions.filter(
    ({ outcome, because = [] }) => outcome === 'inconclusive' && because[0] !== notReplayed,
  );
  if (first === undefined) return [];
  return [
    `${service} could not be asked what ${consumer} expects of "${first.description}": ${first.because?.[0]}`,
  ];
}

function problemsOf({ content }: PactFile): readonly string[] {
  return content.kind === 'broken' ? content.problems.slice(0, 1) : [];
}

function isEmpty({ content }: PactFile): boolean {
  return content.kind === 'sound' && content.pact.interactions.length + content.pact.messages.length === 0;
}

function pathOf({ file }: PactFile): string {
  return `pacts/${basename(file)}`;
}
