import type { Config, ServiceConfig } from '../config/index.ts';
import { defaultRules } from '../model/index.ts';

function service(name: string, neighbours: Readonly<Record<string, string>>): ServiceConfig {
  return {
    name,
    kind: 'service',
    recipe: { bundle: { kind: 'node', run: null, output: 'dist' }, image: { kind: 'bundle', base: 'node' } },
    start: 'exec node server.mjs',
    imageStart: null,
    ready: '/health/ready',
    env: {},
    secrets: {},
    path: `/project/services/${name}`,
    database: 'DATABASE_URL',
    neighbours,
    externals: {},
    suites: {},
    exempt: {},
    provider: null,
    pactName: name,
    definition: { id: name },
  };
}

/** A small system for the tests of this room: orders calls inventory; three environments. */
export const shop: Config = {
  root: '/project',
  file: '/project/stagegate.config.ts',
  system: 'shop',
  services: [service('orders', { INVENTORY_URL: 'inventory' }), service('inventory', {})],
  stores: [
    {
      name: 'postgres',
      kind: 'postgres',
      image: null,
      shared: false,
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
    },
  ],
  folders: { suites: '/project/suites', pacts: '/project/pacts' },
  imageMirror: null,
  externals: [],
  environments: ['dev', 'test', 'production'].map((name) => ({
    name,
    platform: 'embedded',
    weight: 1,
    quota: null,
    env: {},
    secrets: {},
    externals: {},
    overrides: {},
  })),
  gates: [
    { from: 'dev', to: 'test', requires: ['unit', 'contract'], rules: defaultRules },
    { from: 'test', to: 'production', requires: ['acceptance'], rules: defaultRules },
  ],
  roles: {},
  quarantine: [],
  cluster: { agents: 1, agentResources: null, runtime: 'process' },
  platforms: [],
  ledgerUrl: null,
  contractBroker: null,
};
