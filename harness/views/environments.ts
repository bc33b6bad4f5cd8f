import type { Config } from '../config/index.ts';
import { type Deployment, deployedNow, promotedIn, type State } from '../ledger/index.ts';
import type { EnvironmentView, ServicePlace } from '../model/index.ts';

/**
 * What each environment was promoted with and what runs there now. A platform that a command started for itself counts
 * as running only while that command lives on this machine. Pure; `liveRuns` are the ids of commands that live.
 */
export function environmentsView(
  config: Config,
  state: State,
  liveRuns: ReadonlySet<string>,
): readonly EnvironmentView[] {
  return config.environments.map(({ name, platform }) => ({
    name,
    platform,
    freeze: freezeOf(state, name),
    lock: lockOf(state, name),
    services: config.services.map((service) => placeOf(service.name, name, state, liveRuns)),
  }));
}

function freezeOf(state: State, environment: string): EnvironmentView['freeze'] {
  const freeze = state.freezes.get(environment);
  return freeze?.frozen === true ? { by: freeze.by, at: freeze.at, reason: freeze.reason } : null;
}

function lockOf(state: State, environment: string): EnvironmentView['lock'] {
  const lock = state.locks.get(environment);
  return lock === undefined ? null : { command: lock.command, runId: lock.runId, at: lock.at };
}

function placeOf(
  service: string,
  environment: string,
  state: State,
  liveRuns: ReadonlySet<string>,
): ServicePlace {
  const promoted = promotedIn(state, service, environment);
  const deployment = deployedNow(state, service, environment);
  const running = deployment !== undefined && isRunning(deployment, liveRuns) ? deployment : undefined;
  return {
    service,
    version: promoted?.version ?? null,
    digest: promoted?.digest ?? null,
    promotedAt: promoted?.at ?? null,
    deployed:
      running === undefined
        ? null
        : {
            version: running.version,
            digest: running.digest,
            platform: running.platform.name,
            since: running.at,
          },
  };
}

function isRunning({ platform, runId }: Deployment, liveRuns: ReadonlySet<string>): boolean {
  return platform.lifetime === 'lasting' || liveRuns.has(runId);
}
