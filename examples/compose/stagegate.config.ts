import { defineConfig } from 'stagegate';

// Begun with `stagegate init`. By hand: the start command of web, which fills the port and the address of the API into
// nginx's configuration, and the acceptance test.
export default defineConfig({
  system: 'compose-example',
  services: {
    // built from ./web in docker-compose.yml
    web: {
      path: 'web',
      port: 80,
      ready: '/',
      build: { kind: 'files' },
      start:
        'sed -e "s|__PORT__|$PORT|" -e "s|__API__|$API_URL|" nginx.conf > current.conf && exec nginx -p . -c current.conf -g "daemon off;"',
      exempt: { unit: 'it is nginx and a configuration' },
      env: { API_URL: '{api.url}' },
    },
    // built from ./api in docker-compose.yml
    // unit tests: node --test in package.json
    api: {
      path: 'api',
      port: 3000,
      ready: '/health',
      live: '/live',
      suites: {
        unit: 'node --test --test-reporter=junit --test-reporter-destination="$STAGEGATE_RESULTS/unit.xml"',
      },
      env: { REDIS_HOST: '{cache.host}', REDIS_PORT: '{cache.port}' },
    },
    // built from ./worker in docker-compose.yml
    worker: {
      kind: 'worker',
      path: 'worker',
      exempt: { unit: 'it is one loop, which the acceptance test sees at work' },
      env: { REDIS_HOST: '{cache.host}', REDIS_PORT: '{cache.port}' },
    },
  },
  // Started for the run and thrown away after it: as a program on the PATH, or in a container.
  stores: { cache: 'redis' },
  suites: { acceptance: { folder: 'suites/acceptance' } },
  environments: [{ name: 'dev' }, { name: 'staging' }, { name: 'production' }],
  gates: [
    { from: 'dev', to: 'staging', requires: ['unit'] },
    { from: 'staging', to: 'production', requires: ['acceptance'] },
  ],
});
