import type { Proposal } from './proposal.ts';

/** A first acceptance test: every service that has a port answers behind its stable address. Pure. */
export function renderSmokeTest({ services }: Proposal): string {
  const asked = services.filter(({ kind }) => kind === 'service');
  const names = asked.map(({ name, ready }) => `  ['${name}', '${ready ?? '/'}'],`).join('\n');
  return `import { expect, system, test } from 'stagegate/testing';

// Written by stagegate init, to begin with: every service answers behind its stable address. Say here what users do with the
// system, in this runner or, with suites.acceptance in stagegate.config.ts, in any other.
test.each([
${names}
])('%s answers at %s', async (service, path) => {
  const response = await fetch(system().url(service) + path, { redirect: 'manual' });
  expect(response.status).toBeLessThan(500);
});
`;
}
