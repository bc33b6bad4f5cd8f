import { findApp, type Inspection, inspectApp, listApps } from '../../operations/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';

/** `stagegate inspect`: all that is to be known of one service. */
export async function inspect(service: string, options: ClusterOption): Promise<number> {
  const { access } = await findCluster(options);
  const inspection = await inspectApp(access, findApp(await listApps(access), service));
  process.stdout.write(
    options.json === true ? `${JSON.stringify(inspection, null, 2)}\n` : describe(inspection),
  );
  return 0;
}

function describe(inspection: Inspection): string {
  const { title, id, status, because, address, instances, tasks, labels } = inspection;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [`${title} (${id}): ${status}`, because],
    ['Address', [address ?? 'none: it takes no requests through the edge']],
    [`Tasks (${tasks.length} of ${instances})`, tasks.flatMap(describeTask)],
    ['Last failure', describeFailure(inspection)],
    ['Environment', pairs(inspection.environment)],
    ['Files', inspection.mounts],
    ['Labels', pairs(labels)],
    ['Versions', inspection.versions.slice(0, 5)],
    ['Definition', definitionLines(inspection)],
  ];
  return `${sections
    .filter(([, lines], index) => index === 0 || lines.length > 0)
    .map(([head, lines]) => [head, ...lines.map((line) => `  ${line}`)].join('\n'))
    .join('\n\n')}\n`;
}

function describeTask({
  id,
  status,
  host,
  ports,
  startedAt,
  health,
}: Inspection['tasks'][number]): readonly string[] {
  const since = startedAt === null ? 'not started yet' : `since ${startedAt}`;
  return [
    `${id}  ${status} on ${host}${ports.length === 0 ? '' : `:${ports.join(',')}`}, ${since}`,
    ...health.map(({ alive, lastSuccess, lastFailure, because, failuresInARow }) =>
      alive
        ? `  health check good${lastSuccess === null ? '' : `, last at ${lastSuccess}`}`
        : `  health check bad ${failuresInARow} times in a row, last at ${lastFailure}: ${because ?? 'no reason given'}`,
    ),
  ];
}

function describeFailure({ lastFailure }: Inspection): readonly string[] {
  if (lastFailure === null) return [];
  const { at, taskId, message, output } = lastFailure;
  const printed = output === '' ? [] : ['It printed last:', ...output.split('\n').map((line) => `  ${line}`)];
  return [`${at}  ${taskId}`, message, ...printed];
}

function definitionLines({ definition }: Inspection): readonly string[] {
  const { env: _, labels: __, id: ___, ...rest } = definition;
  return JSON.stringify(rest, null, 2).split('\n').slice(1, -1);
}

function pairs(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
}
