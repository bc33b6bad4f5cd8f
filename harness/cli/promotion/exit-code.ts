import { exitCodes, type VerdictKind, worstOf } from '../../model/index.ts';

/** 0 for yes, 4 where somebody or something is waited for, 1 for no and for what could not be found out. */
export function exitCodeOfVerdicts(kinds: readonly VerdictKind[]): number {
  if (kinds.length === 0) return exitCodes.yes;
  const worst = worstOf(kinds);
  if (worst === 'pass') return exitCodes.yes;
  return worst === 'pending' ? exitCodes.pending : exitCodes.no;
}
