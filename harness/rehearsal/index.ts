export { readDefinitions } from './definitions/read-definitions.ts';
export { checkInvariants, type InvariantFinding } from './invariants/check-invariants.ts';
export { runSmoke, type SmokeFindings } from './invariants/smoke.ts';
export { loadInvariants, loadJourneys, loadRehearsalSuites } from './load-suites.ts';
export { measure } from './measures/measure.ts';
export { type RehearsalTools, rehearse } from './rehearse.ts';
export type { ReplicaGround } from './replica/replica.ts';
export { defaultPace, type Pace, type RehearsalRequest, type ServiceInRehearsal } from './request.ts';
