import { request } from 'node:http';
import { connect } from 'node:net';
import { listeningPorts } from './listening-ports.ts';
import type { MarathonClient } from './marathon-client.ts';
import type { MarathonTask } from './marathon-wire.ts';
import type { MesosAccess } from './sandbox.ts';

/** What can be seen of an app that does not become healthy. */
export interface AppFacts {
  /** Null when Marathon has nothing to start for it. */
  readonly waiting: {
    readonly role: string;
    readonly delaySeconds: number;
    /** Of the latest offer of each agent: reason → how many. */
    readonly refusals: Readonly<Record<string, number>>;
  } | null;
  /** What each agent has in all; empty when it cannot be known. */
  readonly agents: readonly { readonly cpus: number; readonly mem: number; readonly disk: number }[];
  /** Of the newest version of the app. */
  readonly tasks: readonly StuckTask[];
}

export interface StuckTask {
  readonly id: string;
  readonly state: string;
  readonly checks: readonly CheckAnswer[];
  /** Null when it cannot be known. */
  readonly listensOn: readonly number[] | null;
}

/** What one of the app's checks is answered when it is asked from here. */
export interface CheckAnswer {
  readonly kind: 'health' | 'readiness';
  /** Null for a check that only connects. */
  readonly path: string | null;
  readonly port: number;
  readonly answer:
    | { readonly kind: 'passes' }
    | { readonly kind: 'status'; readonly status: number }
    | { readonly kind: 'refused' }
    | { readonly kind: 'silent'; readonly afterMs: number }
    | { readonly kind: 'broken'; readonly message: string };
}

const timeoutMs = 1500;

/** Looks at an app from outside: what Marathon waits for, what agents there are, what its tasks answer. */
export async function inspectApp(
  marathon: MarathonClient,
  mesos: MesosAccess | null,
  appId: string,
): Promise<AppFacts> {
  const [app, queue, agents] = await Promise.all([
    marathon.app(appId),
    marathon.queue().catch(() => []),
    mesos === null ? [] : agentResources(mesos).catch(() => []),
  ]);
  const queued = queue.find((entry) => entry.app.id === appId);
  const checks = [
    ...listOf(app?.healthChecks).map((check) => ({ ...check, kind: 'health' as const })),
    ...listOf(app?.readinessChecks).map((check) => ({ ...check, kind: 'readiness' as const })),
  ];
  const names = portNames(app ?? {});
  const tasks = (app?.tasks ?? []).filter(({ version }) => version === app?.version);
  return {
    waiting:
      queued === undefined
        ? null
        : {
            role: queued.role ?? '*',
            delaySeconds: queued.delay.timeLeftSeconds,
            refusals: Object.fromEntries(
              (queued.processedOffersSummary?.rejectSummaryLastOffers ?? []).map(({ reason, declined }) => [
                reason,
                declined,
              ]),
            ),
          },
    agents,
    tasks: await Promise.all(
      tasks.map(async (task) => ({
        id: task.id,
        state: task.state,
        checks: (await Promise.all(checks.map((check) => ask(check, task, names)))).flatMap(
          (one) => one ?? [],
        ),
        listensOn: await listeningPorts(task.id).catch(() => null),
      })),
    ),
  };
}

async function agentResources({ mesosUrl, auth }: MesosAccess): Promise<AppFacts['agents']> {
  const { default: axios } = await import('axios');
  const { data } = await axios.get<{ readonly slaves: readonly { readonly resources: Members }[] }>(
    new URL('/slaves', mesosUrl).href,
    { proxy: false, ...(auth === null ? {} : { auth: { username: auth.user, password: auth.password } }) },
  );
  return data.slaves.map(({ resources: { cpus, mem, disk } }) => ({
    cpus: Number(cpus),
    mem: Number(mem),
    disk: Number(disk),
  }));
}

type Members = Readonly<Record<string, unknown>>;

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value : [];
}

/** Port names in the order of a task's ports. */
function portNames({ container, portDefinitions }: Members): readonly unknown[] {
  const mappings = listOf((container as Members | undefined)?.portMappings);
  return (mappings.length > 0 ? mappings : listOf(portDefinitions)).map(({ name }) => name);
}

async function ask(
  check: Members & { readonly kind: CheckAnswer['kind'] },
  task: MarathonTask,
  names: readonly unknown[],
): Promise<CheckAnswer | null> {
  const { kind, protocol = 'HTTP', path = '/', portIndex = 0, portName } = check;
  const index = typeof portName === 'string' ? names.indexOf(portName) : Number(portIndex);
  const port = task.ports[index];
  if (port === undefined || String(protocol) === 'COMMAND') return null;
  const connects = String(protocol).endsWith('TCP');
  const answer = connects
    ? await connection(task.host, port)
    : await status({ host: task.host, port, path: String(path) }, check);
  return { kind, path: connects ? null : String(path), port, answer };
}

function status(
  target: { readonly host: string; readonly port: number; readonly path: string },
  { kind, httpStatusCodesForReady = [200] }: Members,
): Promise<CheckAnswer['answer']> {
  return new Promise((resolve) => {
    const asking = request({ ...target, agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      const code = response.statusCode ?? 0;
      const passes =
        kind === 'health'
          ? code >= 200 && code < 400
          : listOf(httpStatusCodesForReady).includes(code as never);
      resolve(passes ? { kind: 'passes' } : { kind: 'status', status: code });
    });
    asking.once('timeout', () => {
      resolve({ kind: 'silent', afterMs: timeoutMs });
      asking.destroy();
    });
    asking.once('error', (error) => resolve(answerOf(error)));
    asking.end();
  });
}

function connection(host: string, port: number): Promise<CheckAnswer['answer']> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const settle = (answer: CheckAnswer['answer']): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle({ kind: 'passes' }));
    socket.once('timeout', () => settle({ kind: 'silent', afterMs: timeoutMs }));
    socket.once('error', (error) => settle(answerOf(error)));
  });
}

/** Docker's own proxy takes a connection for a port that nobody in the container listens on, and breaks it. */
function answerOf(error: NodeJS.ErrnoException): CheckAnswer['answer'] {
  return error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET'
    ? { kind: 'refused' }
    : { kind: 'broken', message: error.message };
}
