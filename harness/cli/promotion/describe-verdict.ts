import { shortDigest, type Verdict } from '../../model/index.ts';

const words = { pass: 'yes', fail: 'no', pending: 'not yet', inconclusive: 'unknown' } as const;

/** The answer of one gate, its reasons below it. */
export function describeVerdict({ service, version, digest, to, kind, checks }: Verdict): string {
  const debts = checks.flatMap(({ debt }) => debt ?? []);
  const debt = debts.length === 0 ? '' : `, with debt until ${debts.map(({ until }) => until).toSorted()[0]}`;
  const head = `${service}@${version} (${shortDigest(digest)}) to ${to}: ${words[kind]}${debt}`;
  return [head, ...checks.map(({ outcome, reason }) => `  ${outcome}: ${reason}`)].join('\n');
}
