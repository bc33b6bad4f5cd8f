import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/index.ts';
import {
  diffPacts,
  type InteractionChange,
  matrixOf,
  readPactFiles,
  type WrittenPact,
} from '../../contracts/index.ts';
import { type BuiltArtifact, foldState, type Ledger, type State } from '../../ledger/index.ts';
import { exitCodes, neighboursOf, StagegateError, shortDigest, worstOf } from '../../model/index.ts';
import { systemClock } from '../../plumbing/clock.ts';
import { loadChecks, versionsIn } from '../../policy/index.ts';
import { type ContractRow, contractRows, type ShownVersion } from '../../views/index.ts';
import { brokerOf } from '../broker/configured-broker.ts';
import { print, printJson } from '../print.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';
import { requireEnvironment, requireService } from '../require-known.ts';

export interface ContractsOptions {
  readonly config?: string;
  readonly json?: boolean;
}

interface Opened {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly state: State;
}

async function open({ config: file }: ContractsOptions): Promise<Opened> {
  const config = await openProject(file);
  const ledger = await openProjectLedger(config);
  return { config, ledger, state: foldState(ledger.entries) };
}

/** `stagegate contracts show`: the matrix of the newest builds and the versions in the environments. */
export async function contractsShow(service: string | undefined, options: ContractsOptions): Promise<number> {
  const { config, state } = await open(options);
  if (service !== undefined) requireService(config, service);
  const rows = contractRows(config, state).filter(
    ({ consumer, provider }) =>
      service === undefined || consumer.name === service || provider.name === service,
  );
  if (options.json === true) printJson(rows);
  else if (rows.length === 0) print('The ledger holds no pact yet; run: stagegate stage contract');
  else for (const [pair, same] of Map.groupBy(rows, pairOf)) print([pair, ...same.map(rowLine)].join('\n'));
  return exitCodes.yes;
}

function pairOf({ consumer, provider }: ContractRow): string {
  return `${consumer.name} → ${provider.name}`;
}

const marks = { pass: '✓', fail: '✗', unknown: '?' } as const;

function rowLine({ consumer, provider, outcome, because, verifiedAt }: ContractRow): string {
  const shown = ({ name, version, digest, where }: ShownVersion): string =>
    `${name} ${version}${digest === null ? '' : ` (${shortDigest(digest)})`} [${where.join(', ')}]`;
  const when = verifiedAt === null ? 'never verified' : `verified ${verifiedAt}`;
  return `  ${marks[outcome]} ${shown(consumer)} with ${shown(provider)}: ${because ?? when}`;
}

/** `stagegate contracts diff`: the committed pact beside the one of the version in an environment. */
export async function contractsDiff(
  consumer: string,
  provider: string,
  options: ContractsOptions & { readonly with?: string },
): Promise<number> {
  const { config, ledger, state } = await open(options);
  const environment = options.with ?? config.environments.at(-1)?.name ?? '';
  const there = versionsIn(state, environment).find(({ name }) => name === consumer);
  const expected =
    there &&
    matrixOf(state)
      .expectationsOf(there)
      ?.find((one) => one.provider === provider);
  if (there === undefined || expected?.content == null) {
    const what =
      there === undefined
        ? `${consumer} is not in ${environment}`
        : `the ledger holds no pact of ${there.name} ${there.version} with ${provider}`;
    throw new StagegateError('SG_USAGE', `There is nothing to compare with: ${what}.`);
  }
  const text = await ledger.object(expected.content);
  const now = await committedPact(config, consumer, provider);
  const changes = diffPacts(text === null ? null : (JSON.parse(text) as WrittenPact), now);
  if (options.json === true) printJson(changes);
  else if (changes.length === 0)
    print(`${consumer} expects of ${provider} what it expects in ${environment}.`);
  else print(describeChanges(changes).join('\n'));
  return exitCodes.yes;
}

async function committedPact(
  config: Config,
  consumer: string,
  provider: string,
): Promise<WrittenPact | null> {
  const { file } =
    readPactFiles(config.folders.pacts).find(
      (one) => one.consumer === consumer && one.provider === provider,
    ) ?? {};
  return file === undefined ? null : (JSON.parse(await readFile(file, 'utf8')) as WrittenPact);
}

const signs = { added: '+', removed: '-', changed: '~' } as const;

/** One line an interaction, and below it one for each place that changed. */
export function describeChanges(changes: readonly InteractionChange[]): readonly string[] {
  return changes.flatMap(({ description, change, differences }) => [
    `${signs[change]} ${description}`,
    ...differences.map((difference) => `    ${difference}`),
  ]);
}

/** `stagegate contracts can-i-deploy`: what the gate would say of contracts alone; the configured broker must agree. */
export async function contractsCanIDeploy(
  service: string,
  options: ContractsOptions & { readonly to: string; readonly build?: string },
): Promise<number> {
  const { config, state } = await open(options);
  requireService(config, service);
  requireEnvironment(config, options.to);
  const environments = config.environments.map(({ name }) => name);
  const artifact = buildOf(state, service, options.build);
  const checks = (await loadChecks()).filter(({ name }) => name === 'contracts');
  const neighbours = neighboursOf(config.services.find(({ name }) => name === service) ?? { neighbours: {} });
  const question = {
    artifact,
    from: environments[environments.indexOf(options.to) - 1] ?? options.to,
    to: options.to,
    neighbours,
    dependsOn: neighbours,
    candidates: [artifact],
    decidedAt: new Date(systemClock.now()).toISOString(),
  };
  const found = checks.flatMap((check) => check.judge(question, state, { requires: [], checks }));
  const isKnown = matrixOf(state).expectationsOf({ name: service, ...artifact }) !== undefined;
  const isThere = versionsIn(state, options.to).some(
    ({ name, digest }) => name === service && digest === artifact.digest,
  );
  const own =
    found.length > 0
      ? found
      : [
          isThere || isKnown
            ? {
                outcome: 'pass' as const,
                reason: isThere
                  ? `exactly these bytes are in ${options.to} already`
                  : `it has no contracts with the versions in ${options.to}`,
              }
            : {
                outcome: 'inconclusive' as const,
                reason: `its contracts are not known; run: stagegate contracts verify ${service}`,
              },
        ];
  const broker = brokerOf(config);
  const asked = broker === null ? [] : [await broker.canIDeploy(service, artifact.version, options.to)];
  const results = [
    ...own.map(({ outcome, reason }) => ({ outcome, reason })),
    ...asked.map(({ deployable, reason }) => ({
      outcome: deployable ? ('pass' as const) : ('inconclusive' as const),
      reason: `the broker: ${reason.replaceAll('\n', '; ')}`,
    })),
  ];
  const verdict = worstOf(results.map(({ outcome }) => outcome));
  const { version, digest } = artifact;
  if (options.json === true) printJson({ service, version, digest, to: options.to, verdict, results });
  else {
    const reasons = results.map(({ outcome, reason }) => `  ${outcome}: ${reason}`);
    print(
      [`${service} ${version} (${shortDigest(digest)}) to ${options.to}: ${verdict}`, ...reasons].join('\n'),
    );
  }
  return verdict === 'pass' ? exitCodes.yes : exitCodes.no;
}

/** The newest build, or the one that a version or the beginning of a digest names. */
function buildOf(state: State, service: string, wanted: string | undefined): BuiltArtifact {
  const artifact = state.artifacts.findLast(
    (one) =>
      one.service === service &&
      (wanted === undefined ||
        one.version === wanted ||
        one.digest.replace('sha256:', '').startsWith(wanted)),
  );
  if (artifact !== undefined) return artifact;
  const what = wanted === undefined ? `no build of ${service}` : `no build ${wanted} of ${service}`;
  throw new StagegateError(
    'SG_USAGE',
    `The ledger holds ${what}; run: stagegate contracts verify ${service}`,
  );
}

/** `stagegate contracts publish`: pacts and results of the newest builds, to the configured broker. */
export async function contractsPublish(
  options: ContractsOptions & { readonly branch?: string },
): Promise<number> {
  const { config, ledger, state } = await open(options);
  const broker = brokerOf(config);
  if (broker === null)
    throw new StagegateError(
      'SG_USAGE',
      'There is no broker to publish to: write contracts.broker in the configuration.',
    );
  const branch = options.branch ?? null;
  const matrix = matrixOf(state);
  for (const { name } of config.services) {
    const artifact = state.artifacts.findLast(({ service }) => service === name);
    const expected = artifact && matrix.expectationsOf({ name, ...artifact });
    if (artifact === undefined || expected === undefined || expected.length === 0) continue;
    const pacts = await Promise.all(
      expected.map(async ({ provider, content }) => ({
        provider,
        content: content && (await ledger.object(content)),
      })),
    );
    const whole = pacts.flatMap(({ provider, content }) => (content ? [{ provider, content }] : []));
    const said = await broker.publish({ consumer: name, version: artifact.version, branch, pacts: whole });
    print([`${name} ${artifact.version}`, ...said.map((line) => `  ${line.trim()}`)].join('\n'));
  }
  for (const { consumer, provider, outcome, because } of contractRows(config, state)) {
    if (outcome === 'unknown' || !consumer.where.includes('newest')) continue;
    const success = outcome === 'pass';
    await broker.publishResult({
      consumer: consumer.name,
      consumerVersion: consumer.version,
      provider: provider.name,
      providerVersion: provider.version,
      branch: provider.where.includes('newest') ? branch : null,
      success,
      testResults: [{ interactionDescription: because ?? 'every interaction', success }],
    });
    print(
      `${provider.name} ${provider.version} with ${consumer.name} ${consumer.version}: ${outcome} published`,
    );
  }
  return exitCodes.yes;
}
