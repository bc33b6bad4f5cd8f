import type { Lock } from '../ledger/index.ts';

/** One sentence for who must wait, with what to do. */
export function describeLock({ environment, command, runId, holder, at }: Lock): string {
  return `${environment} is being changed by ${command} (run ${runId}, process ${holder.pid} on ${holder.hostname}) since ${at}; give the same command again when that has ended`;
}
