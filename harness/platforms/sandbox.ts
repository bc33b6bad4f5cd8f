import type { AxiosInstance } from 'axios';

/** Of the Mesos operator API, what leads from a task to what it printed. */
interface AgentState {
  readonly frameworks?: readonly Framework[];
  readonly completed_frameworks?: readonly Framework[];
}

interface Framework {
  readonly executors?: readonly Executor[];
  readonly completed_executors?: readonly Executor[];
}

interface Executor {
  readonly directory: string;
  readonly tasks?: readonly { readonly id: string }[];
  readonly queued_tasks?: readonly { readonly id: string }[];
  readonly completed_tasks?: readonly { readonly id: string }[];
}

const tailBytes = 4096;
const logBytes = 512 * 1024;
const tailLines = 12;

/** A Mesos master as its operators reach it. */
export interface MesosAccess {
  readonly mesosUrl: URL;
  readonly auth: { readonly user: string; readonly password: string } | null;
}

/** The last lines a task printed, errors first, from its sandbox on whichever agent has it; empty when none has. */
export async function lastOutput(mesos: MesosAccess, taskId: string): Promise<string> {
  const http = await httpFor(mesos);
  for (const agent of await agentsOf(mesos)) {
    const directory = await sandboxOf(http, agent, taskId);
    if (directory === null) continue;
    const stderr = await tail(http, agent, `${directory}/stderr`);
    return stderr === '' ? tail(http, agent, `${directory}/stdout`) : stderr;
  }
  return '';
}

/** The last 512 KiB of what a task printed on both streams, line by line; empty when it cannot be had. */
export async function outputLines(mesos: MesosAccess, taskId: string): Promise<readonly string[]> {
  const http = await httpFor(mesos);
  for (const agent of await agentsOf(mesos)) {
    const directory = await sandboxOf(http, agent, taskId);
    if (directory === null) continue;
    const files = [`${directory}/stdout`, `${directory}/stderr`];
    const read = await Promise.all(files.map((file) => endOf(http, agent, file, logBytes).catch(() => '')));
    return read.flatMap((text) => text.split('\n'));
  }
  return [];
}

/** Addresses of the agents that the master knows. */
export async function agentsOf(mesos: MesosAccess): Promise<readonly URL[]> {
  const { data } = await (await httpFor(mesos)).get<{ readonly slaves: readonly { readonly pid: string }[] }>(
    new URL('/slaves', mesos.mesosUrl).href,
  );
  // `slave(1)@127.0.0.1:5051`
  return data.slaves.map(({ pid }) => new URL(`http://${pid.split('@').at(-1)}`));
}

async function httpFor({ auth }: MesosAccess): Promise<AxiosInstance> {
  const { default: axios } = await import('axios');
  return axios.create({
    // Bypass HTTP_PROXY for loopback.
    proxy: false,
    ...(auth === null ? {} : { auth: { username: auth.user, password: auth.password } }),
  });
}

async function sandboxOf(http: AxiosInstance, agent: URL, taskId: string): Promise<string | null> {
  const { data } = await http.get<AgentState>(new URL('/state', agent).href);
  const frameworks = [...(data.frameworks ?? []), ...(data.completed_frameworks ?? [])];
  const executors = frameworks.flatMap(({ executors = [], completed_executors = [] }) => [
    ...executors,
    ...completed_executors,
  ]);
  const executor = executors.find(({ tasks = [], queued_tasks = [], completed_tasks = [] }) =>
    [...tasks, ...queued_tasks, ...completed_tasks].some(({ id }) => id === taskId),
  );
  return executor?.directory ?? null;
}

async function tail(http: AxiosInstance, agent: URL, path: string): Promise<string> {
  return (await endOf(http, agent, path, tailBytes)).trimEnd().split('\n').slice(-tailLines).join('\n');
}

/** The last bytes of a file. An agent hands out a part of it at a time. */
async function endOf(http: AxiosInstance, agent: URL, path: string, bytes: number): Promise<string> {
  const read = async (range: {
    readonly offset: number;
    readonly length?: number;
  }): Promise<{ readonly data: string; readonly offset: number }> =>
    (await http.get(new URL('/files/read', agent).href, { params: { path, ...range } })).data;
  // With offset -1 the agent tells how long the file is.
  const length = (await read({ offset: -1 })).offset;
  let text = '';
  for (let offset = Math.max(0, length - bytes); offset < length; ) {
    const { data } = await read({ offset, length: length - offset });
    if (data === '') return text;
    text += data;
    offset += Buffer.byteLength(data);
  }
  return text;
}
