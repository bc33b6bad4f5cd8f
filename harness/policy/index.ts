export type {
  AppFacts,
  DefinitionFacts,
  DockerfileFacts,
  HealthCheckFacts,
  ServiceFacts,
  SettingRead,
} from './checks/definition/definition-facts.ts';
export { checkDefinitions, definitionChecks } from './checks/definition/definitions.ts';
export type { Finding } from './checks/finding.ts';
export { type DeploymentFact, type Facts, type GateQuestion, judge } from './judge.ts';
export { type PlacementFacts, placementsOf } from './placement.ts';
export { shortDigest, timeOfDay } from './wording.ts';
export { worstOf } from './worst.ts';
