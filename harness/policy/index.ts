export type { Check, GateQuestion, Policy } from './check.ts';
export type {
  AppFacts,
  DefinitionFacts,
  DockerfileFacts,
  FieldLimits,
  HealthCheckFacts,
  SentFields,
  ServiceFacts,
  SettingRead,
} from './checks/definition/definition-facts.ts';
export { checkDefinitions } from './checks/definition/definitions.ts';
export type { Finding } from './checks/finding.ts';
export { versionOf, versionsIn } from './contracts/environment-versions.ts';
export { type MissingVerification, missingVerifications } from './contracts/missing-verifications.ts';
export { judge } from './judge.ts';
export { loadChecks } from './load-checks.ts';
export { judgeObservation, type Seen } from './observation.ts';
