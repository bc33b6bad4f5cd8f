import { type App, statusOf, type Tone } from '../../diagnosis/index.ts';
import { listApps, readQueue, readRoutes, reasonsOf, titleOf } from '../../operations/index.ts';
import { columns } from '../../report/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';
import { outputPalette, toneMarks } from '../tones.ts';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly instances: number;
  readonly running: number;
  readonly healthy: number;
  readonly unhealthy: number;
  /** stagegate's, else Marathon's. */
  readonly version: string;
  readonly cpus: number;
  readonly mem: number;
  readonly address: string | null;
  readonly because: readonly string[];
  readonly tasks: readonly { readonly id: string; readonly state: string; readonly host: string }[];
}

/** `stagegate ps`: every app, how it is, and why it is not as it should be. */
export async function ps(options: ClusterOption): Promise<number> {
  const { access, title } = await findCluster(options);
  const [apps, queue, routes] = await Promise.all([listApps(access), readQueue(access), readRoutes(access)]);
  const rows = apps.map((app) => ({
    ...figuresOf(app),
    status: statusOf(app, queue.get(app.id)).word,
    address: routes.get(app.id) ?? null,
    because: reasonsOf(app, queue.get(app.id)),
  }));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ cluster: title, apps: rows }, null, 2)}\n`);
    return 0;
  }
  const tones = new Map(apps.map((app) => [app.id, statusOf(app, queue.get(app.id)).tone]));
  process.stdout.write(describe(rows, (row) => toneMarks[tones.get(row.id) ?? 'idle']));
  return 0;
}

function figuresOf(app: App): Omit<Row, 'status' | 'address' | 'because'> {
  const { id, instances, cpus, mem, labels = {}, tasks = [] } = app;
  return {
    id,
    title: titleOf(app),
    instances,
    running: app.tasksRunning ?? 0,
    healthy: app.tasksHealthy ?? 0,
    unhealthy: app.tasksUnhealthy ?? 0,
    version: labels.STAGEGATE_VERSION ?? app.version,
    cpus,
    mem,
    tasks: tasks.map((task) => ({ id: task.id, state: task.state, host: task.host })),
  };
}

function describe(rows: readonly Row[], markOf: (row: Row) => (typeof toneMarks)[Tone]): string {
  if (rows.length === 0) return 'No app is deployed on this cluster.\n';
  const paint = outputPalette();
  const table = columns([
    ['SERVICE', 'STATUS', 'RUNNING', 'HEALTHY', 'VERSION', 'CPUS', 'MEM', 'ADDRESS'],
    ...rows.map((row) => [
      row.title,
      paint.mark(markOf(row), row.status),
      `${row.running}/${row.instances}`,
      row.healthy + row.unhealthy === 0 ? '-' : `${row.healthy}/${row.running}`,
      row.version,
      String(row.cpus),
      `${row.mem} MiB`,
      row.address ?? '-',
    ]),
  ]);
  const troubles = rows.flatMap(({ title, because }) => because.map((reason) => `${title}: ${reason}`));
  const first = rows.find(({ because }) => because.length > 0);
  const next =
    first === undefined ? [] : [`Next: stagegate inspect ${first.title}, or stagegate logs ${first.title}`];
  return `${[...table, ...(troubles.length === 0 ? [] : ['', ...troubles, ...next])].join('\n')}\n`;
}
