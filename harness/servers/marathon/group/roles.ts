import type { Group, PathId, RoleSettings } from '../definition/index.ts';
import { findApp, findGroup } from './tree.ts';

/**
 * The roles an app may have at `id`. Below a top-level group that enforces its role it is that group's name; otherwise `*` or
 * that name. A role the app has already stays allowed.
 */
export function rolesFor(root: Group, id: PathId): RoleSettings {
  const [groupName, ...rest] = id.split('/').filter((segment) => segment !== '');
  if (groupName === undefined || rest.length === 0) return { valid: ['*'], fallback: '*' };
  const isEnforced = findGroup(root, `/${groupName}`)?.enforceRole ?? false;
  const present = findApp(root, id)?.role;
  const allowed = isEnforced ? [groupName] : ['*', groupName];
  return {
    valid: [...new Set([...allowed, ...(present === undefined ? [] : [present])])],
    fallback: isEnforced ? groupName : '*',
  };
}
