import { sandboxOf, type Task } from '../../diagnosis/index.ts';
import { exitCodes, StagegateError } from '../../model/index.ts';
import {
  AgentDirectory,
  type ExecSession,
  findApp,
  listApps,
  listTasks,
  exec as start,
  titleOf,
} from '../../operations/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';

export interface ExecOptions extends ClusterOption {
  readonly task?: string;
}

/** `stagegate exec`: runs a command beside a task; resolves to the command's own exit code. */
export async function exec(
  service: string,
  argv: readonly string[],
  options: ExecOptions,
  signal: AbortSignal,
): Promise<number> {
  const { access, runtime } = await findCluster(options);
  const app = findApp(await listApps(access), service);
  const { id } = runningTask(titleOf(app), app.tasks ?? [], options.task);
  const found = (await listTasks(access)).find((task) => task.id === id);
  if (found === undefined) {
    throw new StagegateError('SG_CLUSTER_FAILED', `Mesos does not know task ${id} any more.`);
  }
  const terminal =
    runtime === 'docker' && process.stdin.isTTY && process.stdout.isTTY && options.json !== true;
  const session = await start(access, new AgentDirectory(access), {
    sandbox: sandboxOf(found),
    argv,
    terminal,
    signal,
  });
  void feed(session, terminal).catch(() => {});
  try {
    return options.json === true ? await printJson(session, id) : await passOn(session);
  } finally {
    if (terminal) process.stdin.setRawMode(false);
    process.stdin.pause();
  }
}

function runningTask(title: string, tasks: readonly Task[], wanted: string | undefined): Task {
  const running = tasks.filter(({ state }) => state === 'TASK_RUNNING');
  const found =
    wanted === undefined
      ? running[0]
      : running.find(({ id }) => id === wanted || id.includes(`instance-${wanted}`));
  if (found !== undefined) return found;
  const ids = running.map(({ id }) => id).join(', ');
  throw new StagegateError(
    'SG_SERVICE_UNKNOWN',
    ids === ''
      ? `No task of ${title} runs, so no command can run beside it; see: stagegate inspect ${title}`
      : `No running task of ${title} begins with ${wanted}; these run: ${ids}.`,
  );
}

/** What is typed, or comes through a pipe, goes to the command. */
async function feed(session: ExecSession, terminal: boolean): Promise<void> {
  if (terminal) process.stdin.setRawMode(true);
  for await (const chunk of process.stdin) await session.write(chunk as Buffer);
  await session.write(Buffer.alloc(0));
}

async function passOn(session: ExecSession): Promise<number> {
  for await (const { stream, data } of session.output) process[stream].write(data);
  const exitCode = await session.exitCode;
  if (exitCode === null) process.stderr.write('Mesos did not tell how the command ended.\n');
  return exitCode ?? exitCodes.infrastructure;
}

async function printJson(session: ExecSession, task: string): Promise<number> {
  const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for await (const { stream, data } of session.output) printed[stream].push(data);
  const exitCode = await session.exitCode;
  const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString('utf8');
  const answer = { task, exitCode, stdout: text(printed.stdout), stderr: text(printed.stderr) };
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  return exitCode ?? exitCodes.infrastructure;
}
