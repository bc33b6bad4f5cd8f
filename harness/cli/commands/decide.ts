import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import type { LedgerRecord, State } from '../../ledger/index.ts';
import { type Digest, StagegateError, shortDigest } from '../../model/index.ts';
import { planPromotion } from '../../plans/index.ts';
import { print, printJson } from '../print.ts';
import { nextCommand } from '../promotion/next-command.ts';
import { askGates, type OpenGate, openGate, planOf } from '../promotion/open-gate.ts';

export interface DecideOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly to: string;
  readonly artifact?: string;
  readonly by?: string;
  readonly reason: string;
}

/** `stagegate approve` and `reject`: what a person says about exactly the bytes that would be promoted. */
export async function decide(
  decision: 'approve' | 'reject',
  services: readonly string[],
  options: DecideOptions,
): Promise<number> {
  const gate = await openGate(options.config);
  const by = await personOf(options.by, gate);
  const { to, reason } = options;
  return record(gate, services, options, ({ service, digest }, about) => ({
    kind: 'approval',
    ...about,
    decision,
    service,
    environment: to,
    digest,
    by,
    reason,
  }));
}

/** `stagegate break-glass`: lets in what the gate refuses, as the debt of who says so. */
export async function breakGlass(
  services: readonly string[],
  options: DecideOptions & { readonly hours: number },
): Promise<number> {
  const gate = await openGate(options.config);
  const by = await personOf(options.by, gate);
  const { to, reason, hours } = options;
  const rule = gate.config.gates.find((each) => each.to === to)?.rules.breakGlass ?? null;
  const allowed = (rule?.roles ?? []).flatMap((role) => gate.config.roles[role] ?? []);
  if (!allowed.some((person) => person.toLowerCase() === by.toLowerCase())) {
    const who = allowed.length === 0 ? 'nobody, because its gate has no breakGlass' : allowed.join(', ');
    throw new StagegateError('SG_USAGE', `${by} may not break the glass of ${to}; who may: ${who}.`);
  }
  return record(gate, services, options, ({ service, digest }, about) => ({
    kind: 'break-glass',
    ...about,
    service,
    environment: to,
    digest,
    by,
    reason,
    until: new Date(Date.parse(about.at) + hours * 3_600_000).toISOString(),
  }));
}

interface Subject {
  readonly service: string;
  readonly version: string;
  readonly digest: Digest;
}

async function record(
  gate: OpenGate,
  services: readonly string[],
  { to, artifact: version, json = false }: DecideOptions,
  recordOf: (subject: Subject, about: { readonly runId: string; readonly at: string }) => LedgerRecord,
): Promise<number> {
  const { config, ledger, state } = gate;
  const plan = planOf(
    planPromotion(config, state, { services, to, ...(version === undefined ? {} : { version }) }),
  );
  const subjects = plan.services.flatMap((service) => subjectOf(service, plan.pinned?.get(service), state));
  if (subjects.length === 0) {
    throw new StagegateError('SG_USAGE', `${to} has that version already; there is nothing to decide.`);
  }
  const about = { runId: decisionId(), at: new Date().toISOString() };
  const records = subjects.map((subject) => recordOf(subject, about));
  await ledger.append(records);
  const verdicts = askGates(await openGate(config.file), plan, about.at);
  const next = nextCommand(verdicts, to);
  if (json) {
    printJson({ recorded: records, verdicts, next });
    return 0;
  }
  for (const { service, version: named, digest } of subjects) {
    print(`Recorded for ${service}@${named} (${shortDigest(digest)}) and ${to}, for these bytes only.`);
  }
  print(`Next: ${next}`);
  return 0;
}

function subjectOf(service: string, digest: Digest | undefined, { artifacts }: State): readonly Subject[] {
  const artifact = artifacts.findLast((one) => one.service === service && one.digest === digest);
  return artifact === undefined ? [] : [{ service, version: artifact.version, digest: artifact.digest }];
}

/** Who speaks: as told, else as git knows this user. @throws `SG_USAGE` */
export async function personOf(
  by: string | undefined,
  { config }: Pick<OpenGate, 'config'>,
): Promise<string> {
  if (by !== undefined && by.trim() !== '') return by.trim();
  const asked = await execa('git', ['config', 'user.email'], {
    cwd: config.root,
    reject: false,
    stdin: 'ignore',
  });
  const address = asked.stdout.trim();
  if (address !== '') return address;
  throw new StagegateError(
    'SG_USAGE',
    'Nobody is named: write --by <mail address>, or set user.email in git.',
  );
}

export function decisionId(): string {
  const time = new Date().toISOString().replace(/\..*$/, '').replace(/[-:]/g, '').toLowerCase();
  return `${time}-${randomBytes(2).toString('hex')}`;
}
