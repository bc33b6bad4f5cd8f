import type { Verdict } from '../../model/index.ts';

/** What to type next, by what stands in the way. */
export function nextCommand(verdicts: readonly Verdict[], to: string): string {
  const against = verdicts.flatMap(({ service, checks }) =>
    checks.filter(({ outcome }) => outcome !== 'pass').map(({ check }) => ({ service, check })),
  );
  const services = [...new Set(against.map(({ service }) => service))].join(' ');
  const has = (name: string): boolean => against.some(({ check }) => check === name);
  if (against.length === 0)
    return `stagegate promote ${verdicts.map(({ service }) => service).join(' ')} --to ${to}`;
  if (has('approval') || has('hold')) return `stagegate approve ${services} --to ${to} --reason "…"`;
  if (has('window') || has('soak')) return `stagegate promote ${services} --to ${to}`;
  const from = verdicts.find(({ from: before }) => before !== null)?.from ?? to;
  return `stagegate run --to ${from}`;
}
