import type { FrameworkInfo } from '../v1.ts';

/** Says what is wrong with a role's name, in Mesos' words, or null. */
export function roleProblem(role: string): string | null {
  if (role === '*') return null;
  if (role.startsWith('/')) return `Role '${role}' cannot start with a slash`;
  if (role.endsWith('/')) return `Role '${role}' cannot end with a slash`;
  if (role.includes('//')) return `Role '${role}' cannot contain two adjacent slashes`;
  if (role === '') return 'Role names cannot be the empty string';
  for (const component of role.split('/')) {
    if (component === '.' || component === '..' || component === '*') {
      return `Role '${role}' cannot include '${component}' as a component`;
    }
    if (component.startsWith('-')) {
      return `Role component '${component}' is invalid because it starts with a dash`;
    }
    if (/[\t\n\v\f\r \x7f]/.test(component)) {
      return `Role component '${component}' is invalid because it contains backspace or whitespace`;
    }
  }
  return null;
}

export function hasCapability(info: FrameworkInfo, capability: string): boolean {
  return info.capabilities?.some(({ type }) => type === capability) ?? false;
}

/** The roles a framework subscribes to, in either form of saying so. */
export function rolesOf(info: FrameworkInfo): ReadonlySet<string> {
  return new Set(hasCapability(info, 'MULTI_ROLE') ? (info.roles ?? []) : [info.role ?? '*']);
}

/** `prod/web/front` → `prod`, `prod/web`, `prod/web/front`. */
export function withAncestors(role: string): string[] {
  const components = role.split('/');
  return components.map((_, index) => components.slice(0, index + 1).join('/'));
}
