import type { RehearsalMeasures } from '../../ledger/index.ts';
import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** Growth that many requests explain: caches, warm code, a pool of connections. */
const most = {
  rssMiB: 60,
  rssKiBPerRequest: 100,
  fds: 60,
  fdsPerRequest: 0.05,
  /** Share of the growth in the second half: a pool is full by then, a leak goes on. */
  fdsLate: 0.25,
  cpusAtRest: 0.5,
  logBytesPerRequest: 16 * 1024,
};
/** With fewer, growth and its cause cannot be told apart. */
const leastRequests = 50;

/** Does it give back what it takes: memory, descriptors, processor, log? */
export default rehearsalCheck('resources', 61, ({ measures: { resources } }) => {
  if (resources === undefined || resources.requests < leastRequests) return null;
  const excess = excessesOf(resources);
  if (excess.length > 0) return { outcome: 'fail', reason: excess.join('; '), evidence: excess };
  const { requests, rssBeforeMiB, rssAfterMiB, fdsAfter } = resources;
  return {
    outcome: 'pass',
    reason: `memory ${Math.round(rssBeforeMiB)} to ${Math.round(rssAfterMiB)} MiB over ${requests} requests, ${fdsAfter} descriptors`,
  };
});

function excessesOf(resources: NonNullable<RehearsalMeasures['resources']>): readonly string[] {
  const { requests, rssBeforeMiB, rssAfterMiB, fdsBefore, fdsAfter, cpusAtRest, logBytes } = resources;
  const { fdsHalfway = fdsBefore } = resources;
  const found: string[] = [];
  const grownMiB = rssAfterMiB - rssBeforeMiB;
  const perRequestKiB = (grownMiB * 1024) / requests;
  if (grownMiB > most.rssMiB && perRequestKiB > most.rssKiBPerRequest) {
    found.push(
      `leaks memory: ${Math.round(rssBeforeMiB)} to ${Math.round(rssAfterMiB)} MiB over ${requests} requests, ${Math.round(perRequestKiB)} KiB for each`,
    );
  }
  const moreFds = fdsAfter - fdsBefore;
  const goesOn = fdsAfter - fdsHalfway > moreFds * most.fdsLate;
  if (moreFds > most.fds && moreFds / requests > most.fdsPerRequest && goesOn) {
    found.push(
      `leaks file descriptors or connections: ${fdsBefore} to ${fdsAfter} over ${requests} requests`,
    );
  }
  if (cpusAtRest !== undefined && cpusAtRest > most.cpusAtRest) {
    found.push(`uses ${cpusAtRest} processors while nobody asks it anything`);
  }
  if (logBytes !== undefined && logBytes / requests > most.logBytesPerRequest) {
    found.push(`logs ${Math.round(logBytes / requests / 1024)} KiB for each request`);
  }
  return found;
}
