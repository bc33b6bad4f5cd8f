import type { Config, EnvironmentConfig, ServiceConfig } from '../config/index.ts';
import type { Pact } from '../contracts/index.ts';
import type { Artifact } from '../model/index.ts';
import type { Journey } from '../model/journey.ts';
import type { VersionName } from '../model/recording.ts';

/** What to rehearse: the versions of one environment, and those that want to replace some of them. */
export interface RehearsalRequest {
  readonly config: Config;
  /** Whose replica it is. */
  readonly environment: EnvironmentConfig;
  readonly services: readonly ServiceInRehearsal[];
  readonly pacts: readonly Pact[];
  readonly journeys: readonly Journey[];
  readonly pace: Pace;
}

export interface ServiceInRehearsal {
  readonly service: ServiceConfig;
  readonly candidate: Artifact;
  /** What the environment was last cleared for; null: nothing. */
  readonly promoted: VersionName | null;
  /** Its bytes; null: there are none to be had, and the candidate is rolled over itself. */
  readonly previous: Artifact | null;
}

/** How long and how fast. */
export interface Pace {
  /** Requests per second to each service, besides the journeys. */
  readonly perSecond: number;
  /** How long only the old version runs, in milliseconds, and likewise the new one and the old one that came back. */
  readonly holdOldMs: number;
  readonly holdNewMs: number;
  readonly holdBackMs: number;
  /** Without traffic, to see what a task does at rest. */
  readonly restMs: number;
  /** Requests after which a service has been asked enough, and how long that may take, in milliseconds. */
  readonly enoughRequests: number;
  readonly soakMs: number;
}

/** Fits six changed services within two minutes on two cores. */
export const defaultPace: Pace = {
  perSecond: 5,
  holdOldMs: 4_000,
  holdNewMs: 6_000,
  holdBackMs: 2_000,
  // Longer than servers keep an idle connection (Node: 5 s).
  restMs: 6_500,
  // One failure in two hundred is among them with more than 99 %.
  enoughRequests: 920,
  soakMs: 8_000,
};

/** It differs from what the environment has, or the environment has nothing. */
export function isRolled({ candidate, promoted }: ServiceInRehearsal): boolean {
  return candidate.digest !== promoted?.digest;
}

/** Some version is replaced by another one, so that going back means something. */
export function replaces(services: readonly ServiceInRehearsal[]): boolean {
  return services.some((one) => one.previous !== null && isRolled(one));
}
