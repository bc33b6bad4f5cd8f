import { defineConfig } from 'stagegate';

export default defineConfig({
  system: 'shop',
  services: {
    catalog: { database: 'DATABASE_URL' },
    inventory: { database: 'DATABASE_URL' },
    payments: { externals: { CARD_PROCESSOR_URL: 'card-processor' } },
    notifications: {},
    orders: {
      database: 'DATABASE_URL',
      neighbours: {
        INVENTORY_URL: 'inventory',
        PAYMENTS_URL: 'payments',
        NOTIFICATIONS_URL: 'notifications',
      },
    },
    gateway: { neighbours: { CATALOG_URL: 'catalog', ORDERS_URL: 'orders' } },
  },
  externals: { 'card-processor': 'suites/externals/card-processor.ts' },
  environments: [{ name: 'dev' }, { name: 'test' }, { name: 'staging' }, { name: 'production' }],
  gates: [
    { from: 'dev', to: 'test', requires: ['unit', 'integration', 'contract'] },
    { from: 'test', to: 'staging', requires: ['functional'] },
    { from: 'staging', to: 'production', requires: ['acceptance'] },
  ],
  cluster: { agents: 3, runtime: 'auto' },
});
