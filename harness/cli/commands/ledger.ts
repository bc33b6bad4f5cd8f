import type { Ledger, LedgerEntry, LedgerRecord } from '../../ledger/index.ts';
import { StagegateError, shortDigest, unreachable } from '../../model/index.ts';
import { print, printJson } from '../print.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface LedgerCommandOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly limit?: number;
}

/** `stagegate ledger log`: what was recorded, the newest last. */
export async function ledgerLog({ config, json, limit }: LedgerCommandOptions): Promise<number> {
  const { entries } = await open(config);
  const shown = limit === undefined ? entries : entries.slice(-limit);
  if (json === true) printJson(shown);
  else for (const entry of shown) print(lineOf(entry));
  return 0;
}

/** `stagegate ledger show`: one entry whole, with the objects it names. */
export async function ledgerShow(id: string, { config }: LedgerCommandOptions): Promise<number> {
  const ledger = await open(config);
  const found = ledger.entries.filter((entry) => entry.id.startsWith(id));
  const [entry] = found;
  if (entry === undefined || found.length > 1) {
    const how = found.length === 0 ? 'no entry' : `${found.length} entries`;
    throw new StagegateError(
      'SG_USAGE',
      `${how} of the ledger begin with "${id}"; see: stagegate ledger log`,
    );
  }
  const { record } = entry;
  const object = record.kind === 'evidence' ? record.evidence.cases : null;
  const cases = object === null ? null : await ledger.object(object);
  printJson(cases === null ? entry : { ...entry, cases: JSON.parse(cases) });
  return 0;
}

/** `stagegate ledger verify`: opening reads and checks every entry, so getting here means that all are whole. */
export async function ledgerVerify({ config }: LedgerCommandOptions): Promise<number> {
  const ledger = await open(config);
  const missing = await missingObjects(ledger);
  if (missing.length > 0)
    throw new StagegateError('SG_LEDGER_FAILED', 'Objects are missing.', { problems: missing });
  print(`${ledger.location}: ${ledger.entries.length} entries, none altered, missing or moved.`);
  return 0;
}

/** `stagegate ledger export`: every entry, one JSON document a line. */
export async function ledgerExport({ config }: LedgerCommandOptions): Promise<number> {
  const { entries } = await open(config);
  for (const entry of entries) print(JSON.stringify(entry));
  return 0;
}

async function open(config: string | undefined): Promise<Ledger> {
  return openProjectLedger(await openProject(config));
}

async function missingObjects(ledger: Ledger): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { id, record } of ledger.entries) {
    for (const object of objectsOf(record)) {
      if ((await ledger.object(object)) !== null) continue;
      missing.push(`entry ${id.slice(0, 12)} names object ${object.slice(0, 12)}, which is not there`);
    }
  }
  return missing;
}

/** Ids of the objects that a record names. */
function objectsOf(record: LedgerRecord): readonly string[] {
  if (record.kind === 'pacts') return record.pacts.pacts.map(({ content }) => content);
  return record.kind === 'evidence' && record.evidence.cases !== null ? [record.evidence.cases] : [];
}

function lineOf({ id, record }: LedgerEntry): string {
  return `${id.slice(0, 12)}  ${record.runId}  ${record.kind.padEnd(18)}  ${describe(record)}`;
}

function describe(record: LedgerRecord): string {
  switch (record.kind) {
    case 'artifact':
      return `${record.artifact.service} ${record.artifact.version} ${shortDigest(record.artifact.digest)}`;
    case 'build-failure':
      return `${record.service}: ${record.because}`;
    case 'evidence': {
      const { stage, service, status, tests, digest } = record.evidence;
      return `${stage} ${service} ${shortDigest(digest)}: ${status}, ${tests.passed} of ${tests.passed + tests.failed} tests`;
    }
    case 'broker':
      return record.event.type;
    case 'pacts': {
      const { consumer, version, pacts } = record.pacts;
      return `${consumer} ${version} expects of ${pacts.map(({ provider }) => provider).join(', ') || 'nobody'}`;
    }
    case 'contract': {
      const { consumer, provider, status, providerDigest, providerVersion = '' } = record.contract;
      const version = providerDigest === null ? providerVersion : shortDigest(providerDigest);
      return `${consumer} → ${provider} ${version}: ${status}`;
    }
    case 'deployment': {
      const { service, environment, digest, outcome, platform } = record.deployment;
      return `${service} ${shortDigest(digest)} to ${environment} on ${platform.name}: ${outcome}`;
    }
    case 'definition':
      return `${record.service}: ${record.findings.map(({ reason }) => reason).join('; ') || 'nothing is wrong'}`;
    case 'smoke':
      return `${record.environment}: ${record.requests} requests, ${record.failures.length} failures`;
    case 'incident': {
      const { service, environment, what, taskId, message } = record.incident;
      return `${service} in ${environment} ${what}: ${taskId}: ${message}`;
    }
    case 'platform-ended':
      return record.platformId;
    case 'promotion':
      return `${record.environment} is cleared for ${record.service} ${record.version}${record.rollback === true ? ', a rollback' : ''}`;
    case 'approval':
      return `${record.by}: ${record.decision} ${record.service} for ${record.environment}: ${record.reason}`;
    case 'freeze':
      return `${record.by}: ${record.environment} ${record.frozen ? 'frozen' : 'unfrozen'}: ${record.reason}`;
    case 'hold':
      return `${record.service} ${shortDigest(record.digest)} may not enter ${record.environment}: ${record.reason}`;
    case 'break-glass':
      return `${record.by}: ${record.service} ${shortDigest(record.digest)} for ${record.environment} until ${record.until}: ${record.reason}`;
    case 'lock':
      return `${record.environment}, by ${record.command} on ${record.holder.hostname}`;
    case 'deployment-started':
      return `${record.service} ${shortDigest(record.digest)} to ${record.environment}`;
    case 'observation':
      return `${record.service} ${shortDigest(record.digest)} in ${record.environment}: ${record.outcome}, ${record.reason}`;
    case 'rehearsal': {
      const { environment, services } = record.rehearsal;
      const rolled = services.filter((one) => one.rolled).map(({ service }) => service);
      return `${environment}: ${rolled.join(', ')}`;
    }
    case 'verdict':
      return `${record.verdict.service} to ${record.verdict.to}: ${record.verdict.kind}`;
    case 'run':
      return `${record.target}: ${record.verdict}`;
    default:
      return unreachable(record);
  }
}
