import type { Target } from './backends.ts';
import type { Caller } from './callers.ts';

/** The members of Marathon's app that decide where its requests may go. */
export interface AppView {
  readonly id: string;
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly healthChecks?: readonly unknown[];
  readonly readinessChecks?: readonly unknown[];
  readonly deployments?: readonly unknown[];
  readonly readinessCheckResults?: readonly { readonly taskId: string; readonly ready: boolean }[];
  readonly portDefinitions?: readonly unknown[];
  readonly container?: { readonly portMappings?: readonly unknown[] };
  readonly tasks?: readonly TaskView[];
}

export interface TaskView {
  readonly id: string;
  readonly host: string;
  readonly state: string;
  readonly version?: string;
  readonly ports?: readonly number[];
  readonly ipAddresses?: readonly { readonly ipAddress: string }[];
  readonly healthCheckResults?: readonly { readonly alive: boolean }[];
}

/**
 * The tasks that may be asked: running, every health check alive, and ready. Pure.
 * `waiting`: some task runs but is not ready yet; Marathon has no event for the moment it becomes so.
 * The rules are marathon-lb's: a task without results while its app's deployment goes on is ready only in an older version.
 */
export function openTasks(app: AppView): {
  readonly open: readonly Omit<Target, 'label'>[];
  readonly waiting: boolean;
} {
  const running = (app.tasks ?? []).filter(({ state }) => state === 'TASK_RUNNING');
  const healthy = running.filter((task) => isHealthy(app, task));
  const ready = healthy.filter((task) => isReady(app, task));
  return {
    open: ready.flatMap(({ id, host, ports, version = null }) => {
      const port = ports?.[0];
      return port === undefined ? [] : [{ taskId: id, instanceId: instanceOf(id), host, port, version }];
    }),
    waiting: ready.length < healthy.length,
  };
}

/** The app as a caller of others. `label`: in which it lists what it calls, with commas. Pure. */
export function callerIn({ id, labels, tasks = [] }: AppView, label: string | undefined): Caller {
  const listed = label === undefined ? undefined : labels?.[label];
  // A process has the address of its machine, which others have too.
  const addresses = tasks.flatMap(({ host, ipAddresses = [] }) =>
    ipAddresses
      .map(({ ipAddress }) => ipAddress)
      .filter((address) => address !== host && !isLoopback(address)),
  );
  const calls = listed === undefined ? null : listed.split(',').filter((appId) => appId !== '');
  return { appId: id, addresses, calls };
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** `shop_orders.instance-<uuid>._app.1` is a task of `shop_orders.instance-<uuid>`. */
function instanceOf(taskId: string): string {
  return taskId.replace(/\._app\.\d+$/, '');
}

function isHealthy({ healthChecks = [] }: AppView, { healthCheckResults = [] }: TaskView): boolean {
  if (healthChecks.length === 0) return true;
  return healthCheckResults.length >= healthChecks.length && healthCheckResults.every(({ alive }) => alive);
}

function isReady(app: AppView, task: TaskView): boolean {
  if ((app.readinessChecks ?? []).length === 0 || (app.deployments ?? []).length === 0) return true;
  const result = app.readinessCheckResults?.find(({ taskId }) => taskId === task.id);
  return result === undefined ? task.version !== app.version : result.ready;
}
