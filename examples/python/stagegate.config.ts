import { defineConfig } from 'stagegate';

export default defineConfig({
  system: 'python-example',
  services: {
    api: {
      path: 'api',
      ready: '/health',
      suites: { unit: 'PYTHONPATH=. python3 -m pytest -q --junitxml="$STAGEGATE_RESULTS/unit.xml"' },
    },
  },
  suites: { acceptance: 'python3 -m pytest -q acceptance --junitxml="$STAGEGATE_RESULTS/journeys.xml"' },
  environments: [{ name: 'dev' }, { name: 'staging' }, { name: 'production' }],
  gates: [
    { from: 'dev', to: 'staging', requires: ['unit'] },
    { from: 'staging', to: 'production', requires: ['acceptance'] },
  ],
});
