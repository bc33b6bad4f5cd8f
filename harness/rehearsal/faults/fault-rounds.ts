import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceConfig } from '../../config/index.ts';
import type { DependencyCalls, FaultKind, WindowKind } from '../../model/recording.ts';
import type { Dependency } from '../replica/replica.ts';
import type { Timeline } from '../timeline.ts';
import type { Prober } from './prober.ts';

export interface FaultRounds {
  readonly services: readonly ServiceConfig[];
  readonly dependencies: readonly Dependency[];
  readonly prober: Prober;
  readonly timeline: Timeline;
  readonly calls: DependencyCalls[];
}

const kinds: readonly FaultKind[] = ['refuse', 'status-500', 'hang'];
const recoveryMs = 15_000;
/** Longer than any caller should wait for a dependency that hangs. */
const hangMs = 15_000;

/**
 * Lets everything that a service calls misbehave in turn, in every way, and asks the service meanwhile. Services go side by
 * side, those that call others after these: each has proxies of its own, so that what one suffers the others do not.
 */
export async function failNeighbours(rounds: FaultRounds): Promise<void> {
  const { services } = rounds;
  const names = new Set(services.map(({ name }) => name));
  const callsOthers = ({ neighbours }: ServiceConfig): boolean =>
    Object.values(neighbours).some((neighbour) => names.has(neighbour));
  for (const group of [
    services.filter((service) => !callsOthers(service)),
    services.filter((service) => callsOthers(service)),
  ]) {
    await Promise.all(group.map((service) => failCalled(service, called(service, rounds), rounds)));
  }
  await Promise.all(services.map((service) => recover(service, called(service, rounds), rounds)));
}

/** The same with stores. It comes last: clients of databases wait longer and longer before they connect again. */
export async function failStores(rounds: FaultRounds): Promise<void> {
  const { services, dependencies } = rounds;
  await Promise.all(
    services.map(async (service) => {
      for (const dependency of dependencies) {
        if (dependency.service !== service.name || dependency.kind !== 'store') continue;
        const fault = 'refuse';
        await during(service, { dependency, fault }, rounds, () =>
          rounds.prober.ask(service, { dependency, fault, phase: 'during' }),
        );
      }
    }),
  );
}

function called({ name }: ServiceConfig, { dependencies }: FaultRounds): readonly Dependency[] {
  return dependencies.filter(({ service, kind }) => service === name && kind !== 'store');
}

async function failCalled(
  service: ServiceConfig,
  dependencies: readonly Dependency[],
  rounds: FaultRounds,
): Promise<void> {
  const { prober } = rounds;
  for (const dependency of dependencies) {
    await counted(rounds, { dependency, fault: null, window: 'recover' }, () =>
      prober.ask(service, { dependency, fault: null, phase: 'before' }),
    );
    for (const fault of kinds) {
      await during(service, { dependency, fault }, rounds, () => {
        const asked = prober.ask(service, { dependency, fault, phase: 'during' });
        return fault === 'hang' ? untilGivenUp(dependency, asked) : asked;
      });
    }
  }
}

async function recover(
  service: ServiceConfig,
  [dependency]: readonly Dependency[],
  { prober, timeline }: FaultRounds,
): Promise<void> {
  if (dependency === undefined) return;
  await timeline.during({ kind: 'recover', service: service.name }, () =>
    prober.untilWell(service, dependency, recoveryMs),
  );
}

async function during(
  { name }: ServiceConfig,
  { dependency, fault }: { readonly dependency: Dependency; readonly fault: FaultKind },
  rounds: FaultRounds,
  work: () => Promise<unknown>,
): Promise<void> {
  const what = { kind: 'fault', service: name, dependency: dependency.name, fault } as const;
  await rounds.timeline.during(what, async () => {
    await dependency.proxy.fault(fault);
    try {
      await counted(rounds, { dependency, fault, window: 'fault' }, work);
    } finally {
      await dependency.proxy.fault(null);
    }
  });
}

async function counted(
  { calls, timeline }: FaultRounds,
  {
    dependency,
    fault,
    window,
  }: { readonly dependency: Dependency; readonly fault: FaultKind | null; readonly window: WindowKind },
  work: () => Promise<unknown>,
): Promise<void> {
  const began = timeline.now();
  dependency.proxy.takeCounts();
  const end = await work();
  const durationMs = timeline.now() - began;
  const gaveUpMs = end === 'given up' ? durationMs : null;
  calls.push({ ...callsTo(dependency, { window, fault, durationMs }), gaveUpMs });
}

/** Until the service has given up its call, answered everything, or waited too long; what still waits is cut off then. */
async function untilGivenUp(dependency: Dependency, asked: Promise<unknown>): Promise<string> {
  const over = new AbortController();
  const tooLong = pause(hangMs, 'too long', { signal: over.signal }).catch(() => 'too long');
  const givenUp = dependency.proxy.givenUp().then(() => 'given up');
  const end = await Promise.race([givenUp, asked.then(() => 'answered'), tooLong]);
  over.abort();
  return end;
}

/** What went through a dependency's proxy since it was last asked. */
export function callsTo(
  { service, name, kind, proxy }: Dependency,
  when: Pick<DependencyCalls, 'window' | 'fault' | 'durationMs'>,
): DependencyCalls {
  return {
    ...when,
    service,
    dependency: name,
    kind,
    ...proxy.takeCounts(),
    connections: proxy.connections,
    gaveUpMs: null,
  };
}
