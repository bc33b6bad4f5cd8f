import { type AppDefinition, type Group, parentOf } from '../definition/index.ts';

/**
 * The group as the API prints it. `embed` holds which of apps, groups and pods to print; `renderApp` prints one app and
 * may add counts and tasks, or answer undefined to leave it out.
 */
export function renderGroup(
  group: Group,
  options: {
    readonly embed: { readonly apps: boolean; readonly groups: boolean; readonly pods: boolean };
    readonly renderApp: (app: AppDefinition) => Readonly<Record<string, unknown>> | undefined;
  },
): Readonly<Record<string, unknown>> {
  const { embed, renderApp } = options;
  const isTopLevel = group.id !== '/' && parentOf(group.id) === '/';
  return {
    id: group.id,
    version: group.version,
    dependencies: group.dependencies,
    ...(embed.apps && {
      apps: Object.values(group.apps).flatMap((app) => renderApp(app) ?? []),
    }),
    ...(embed.groups && {
      groups: Object.values(group.groups).map((child) => renderGroup(child, options)),
    }),
    ...(embed.pods && { pods: [] }),
    ...(isTopLevel && { enforceRole: group.enforceRole }),
  };
}
