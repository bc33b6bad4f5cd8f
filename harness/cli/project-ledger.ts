import type { Config } from '../config/index.ts';
import { type LiveLedger, openLedger } from '../ledger/index.ts';

/** The project's ledger, where its configuration says it is. @throws what `openLedger` throws */
export function openProjectLedger({
  root,
  ledgerUrl,
}: Pick<Config, 'root' | 'ledgerUrl'>): Promise<LiveLedger> {
  return openLedger(root, { url: ledgerUrl });
}
