export { type ContractRow, contractRows, type ShownVersion } from './contracts.ts';
export { type Crash, crashesOf, describeCrash } from './crashes.ts';
export { type EnvironmentView, environmentsView, type ServicePlace } from './environments.ts';
export { type Explanation, explain } from './explanation.ts';
export { type PlacementQuestion, placementsOf } from './placements.ts';
export { casesOfRecordedRun, type RecordedRunOf, recordedRun } from './recorded-run.ts';
export { casesNeeded, exitCodeOfRun, type RunFindings, recordOfRun } from './run-record.ts';
export { type StoryOf, storyOf } from './story/story.ts';
export { type Call, type Move, type SystemView, systemView } from './system.ts';
