import type { AppDefinition, Group, Problem } from '../definition/index.ts';
import { isResident } from '../offers/index.ts';
import { appsBelow, findApp } from './tree.ts';

const resourcesChanged =
  'Services with persistent volumes configured may not change resource requirements. ' +
  'If you need to make this change, please create a new service.';

/** What is reserved for an app with persistent volumes stays as it was reserved. */
export function residentProblems(from: Group, to: Group): readonly Problem[] {
  return appsBelow(to).flatMap((app) => {
    const before = findApp(from, app.id);
    if (before === undefined || before === app || !(isResident(before) || isResident(app))) return [];
    return changesOf(before, app);
  });
}

function changesOf(before: AppDefinition, after: AppDefinition): readonly Problem[] {
  const problems: Problem[] = [];
  if (volumesOf(before) !== volumesOf(after)) {
    problems.push({ path: '/', errors: ['Persistent volumes can not be changed!'] });
  }
  for (const name of ['cpus', 'mem', 'disk', 'gpus'] as const) {
    if (before[name] !== after[name]) problems.push({ path: `/${name}`, errors: [resourcesChanged] });
  }
  if (before.role !== after.role) {
    const error = `the volumes are reserved for the role ${before.role}; create a new service for another role`;
    problems.push({ path: '/role', errors: [error] });
  }
  return problems;
}

/** In any order. */
function volumesOf({ container }: AppDefinition): string {
  const volumes = (container?.volumes ?? []).filter((volume) => 'persistent' in volume);
  return JSON.stringify(volumes.toSorted((a, b) => (a.containerPath < b.containerPath ? -1 : 1)));
}
