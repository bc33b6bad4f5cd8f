export {
  type AppChange,
  createApp,
  deleteApp,
  type LookUp,
  restartApp,
  type TreeChange,
  updateApp,
  updateApps,
} from './app-changes.ts';
export { createGroup, deleteGroup, patchGroup, updateGroup } from './group-changes.ts';
export { renderGroup } from './render-group.ts';
export { nextVersion, type PortRange, settle } from './settle.ts';
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
