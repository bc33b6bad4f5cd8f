import type { Config, ServiceConfig } from '../config/index.ts';

function service(name: string, neighbours: Readonly<Record<string, string>>): ServiceConfig {
  return {
    name,
    path: `/project/services/${name}`,
    database: 'DATABASE_URL',
    neighbours,
    externals: {},
    definition: { id: name },
  };
}

/** A small system for the tests of this room: orders calls inventory; three environments. */
export const shop: Config = {
  root: '/project',
  file: '/project/stagegate.config.ts',
  system: 'shop',
  services: [service('orders', { INVENTORY_URL: 'inventory' }), service('inventory', {})],
  externals: [],
  environments: ['dev', 'test', 'production'].map((name) => ({
    name,
    platform: 'embedded',
    weight: 1,
    quota: null,
  })),
  gates: [
    { from: 'dev', to: 'test', requires: ['unit', 'contract'] },
    { from: 'test', to: 'production', requires: ['acceptance'] },
  ],
  cluster: { agents: 1, agentResources: null, runtime: 'process' },
  platforms: [],
  ledgerUrl: null,
};
