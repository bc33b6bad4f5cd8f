export { chooseDrills, type Drill } from './choose.ts';
export { copyProject, type ProjectCopy } from './copy-project.ts';
export { type Fault, faults } from './fault.ts';
export { type DrillResult, outcomeOf } from './outcome.ts';
export { renderDrillPage } from './page.ts';
export { plant } from './plant.ts';
