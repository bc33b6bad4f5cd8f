/**
 * `stagegate/testing`: what suites under `suites/` need from the harness.
 * unit needs nothing; integration: createDatabase; contract: pactFolder, startService, stubFor, verifyProvider;
 * functional: deploySubject; acceptance: system, trafficDuring.
 * Whatever a helper started is put away at the end of the test file.
 */

/** The test runner's own, of the version that runs the suites. */
export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
export type { PactStub, ReceivedRequest, UnmatchedRequest } from '../../contracts/index.ts';
export type { MarathonClient } from '../../platforms/index.ts';
export type { ClusterAccess, PostgresAccess, StageContext, StageService } from '../context.ts';
export { createDatabase, type Database } from './databases.ts';
export { deploySubject, type Subject } from './deploy-subject.ts';
export type { TaskEnd } from './end-of-task.ts';
export { type MessageProducer, type StateHandler, withMetadata } from './handlers.ts';
export { defineInvariant, defineJourney } from './journeys.ts';
export { pactFolder, pactsOf } from './pacts.ts';
export { defineProviderStates } from './provider-states.ts';
export { stage as stageContext } from './stage.ts';
export { type RunningService, type ServiceExit, startService } from './start-service.ts';
export { stubFor } from './stubs.ts';
export { type System, system } from './system.ts';
export { type Traffic, trafficDuring } from './traffic.ts';
export { type ProviderVerification, verifyProvider } from './verify-provider.ts';
export { waitFor } from './wait-for.ts';
