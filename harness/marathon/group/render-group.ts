import type { AppDefinition, Group } from '../definition/index.ts';

/**
 * The group as the API prints it. `embed` holds which of apps, groups and pods to print; `renderApp` prints one app and
 * may add counts and tasks, or answer undefined to leave it out.
 */
export function renderGroup(
  _group: Group,
  _options: {
    readonly embed: { readonly apps: boolean; readonly groups: boolean; readonly pods: boolean };
    readonly renderApp: (app: AppDefinition) => Readonly<Record<string, unknown>> | undefined;
  },
): Readonly<Record<string, unknown>> {
  throw new Error('not written yet');
}
