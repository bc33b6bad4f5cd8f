export { type DeploymentFact, type Facts, type GateQuestion, judge } from './judge.ts';
export { type PlacementFacts, placementsOf } from './placement.ts';
export { shortDigest, timeOfDay } from './wording.ts';
export { worstOf } from './worst.ts';
