import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** Slower by less than this, or by less than the share of what it took before, is let pass. */
const tolerance = { ms: 100, share: 0.5 };
/** By chance in less than one of a thousand. */
const significantZ = 3.1;
/** Where there is no version before: what a request may take in the middle, besides what the machine takes. */
const mostOwn = { ms: 150, liveTimes: 4, othersTimes: 3 };

/** Is it as fast as the version before, what it waits for its neighbours left out? */
export default rehearsalCheck('latency', 60, ({ measures: { latency } }) => {
  if (latency === undefined) return null;
  const { before, after, othersMs = 0, z = 0 } = latency;
  if (before === undefined) {
    const most = Math.max(mostOwn.ms + mostOwn.liveTimes * after.liveMs, mostOwn.othersTimes * othersMs);
    return after.p50Ms > most
      ? {
          outcome: 'fail',
          reason: `takes ${round(after.p50Ms)} ms for a request in the middle (p95 ${round(after.p95Ms)} ms), without what it waits for others; its health check takes ${round(after.liveMs)} ms`,
        }
      : {
          outcome: 'pass',
          reason: `takes ${round(after.p50Ms)} ms in the middle, p95 ${round(after.p95Ms)} ms`,
        };
  }
  // What the machine became slower meanwhile is not the service's.
  const drift = Math.max(0, after.liveMs - before.liveMs);
  const slower = after.p50Ms - before.p50Ms - drift;
  const compared = `${round(after.p50Ms)} ms in the middle, ${round(before.p50Ms)} ms before (p95 ${round(after.p95Ms)} and ${round(before.p95Ms)} ms)`;
  if (z > significantZ && slower > Math.max(tolerance.ms, before.p50Ms * tolerance.share)) {
    return { outcome: 'fail', reason: `is slower than the version before: ${compared}` };
  }
  return { outcome: 'pass', reason: `takes ${compared}` };
});

function round(ms: number): number {
  return ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms);
}
