import type { Config } from '../config/index.ts';
import { type Ledger, openLedger } from '../ledger/index.ts';

/** The project's ledger, where its configuration says it is. @throws what `openLedger` throws */
export function openProjectLedger({ root, ledgerUrl }: Pick<Config, 'root' | 'ledgerUrl'>): Promise<Ledger> {
  return openLedger(root, { url: ledgerUrl });
}
