export {
  type AppChange,
  createApp,
  deleteApp,
  type LookUp,
  restartApp,
  type TreeChange,
  type UpdateOptions,
  updateApp,
  updateApps,
} from './app-changes.ts';
export { dependenciesOf, depthsOf } from './dependencies.ts';
export { createGroup, deleteGroup, type GroupChange, patchGroup, updateGroup } from './group-changes.ts';
export { renderGroup } from './render-group.ts';
export { type PortRange, servicePortsOf } from './service-ports.ts';
export { nextVersion, settle } from './settle.ts';
export {
  appsBelow,
  emptyRoot,
  findApp,
  findGroup,
  groupsBelow,
  withApp,
  withGroup,
  withoutApp,
  withoutGroup,
} from './tree.ts';
