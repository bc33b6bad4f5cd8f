/** A server of either kind, before it has a client. */
export interface Server extends AsyncDisposable {
  readonly adminAddress: Address;
  readonly taskAddress: Address;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const superuser = 'stagegate';

/** For servers whose data nobody needs after the run: nothing waits for a disk. */
export const throwAwaySettings: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  jit: 'off',
  shared_buffers: '64MB',
  max_connections: '400',
};
