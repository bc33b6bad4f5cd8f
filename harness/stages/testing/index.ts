/**
 * `stagegate/testing`: what suites under `suites/` need from the harness.
 * unit needs nothing; integration: createDatabase; contract: pactFolder, startService, verifyProvider;
 * functional: deploySubject; acceptance: system.
 */

export type { PactStub, ReceivedRequest, UnmatchedRequest } from '../../contracts/index.ts';
export type { ClusterAccess, PostgresAccess, StageContext, StageService } from '../context.ts';
export { createDatabase, type Database } from './databases.ts';
export { pactFolder, pactsOf } from './pacts.ts';
export { stage as stageContext } from './stage.ts';
export { type RunningService, type ServiceExit, startService } from './start-service.ts';
export { stubFor } from './stubs.ts';
export {
  type MessageProducer,
  type ProviderVerification,
  type StateHandler,
  verifyProvider,
} from './verify-provider.ts';
