import type { StoreKind, StoreSpec } from '../../model/index.ts';

/** A store's specification for tests of this room, with nothing special in it. */
export function storeSpec(kind: StoreKind, change: Partial<StoreSpec> = {}): StoreSpec {
  return {
    name: kind,
    kind,
    image: null,
    shared: true,
    dedicated: false,
    open: false,
    url: null,
    port: null,
    env: {},
    command: null,
    wait: 'port',
    init: [],
    migrate: null,
    seed: null,
    ...change,
  };
}
