import axios from 'axios';

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
const tailLines = 12;

/** The last lines a task printed, errors first, from its sandbox on whichever agent has it; empty when none has. */
export async function lastWords(agents: readonly URL[], taskId: string): Promise<string> {
  for (const agent of agents) {
    const directory = await sandboxOf(agent, taskId);
    if (directory === null) continue;
    const stderr = await tail(agent, `${directory}/stderr`);
    return stderr === '' ? tail(agent, `${directory}/stdout`) : stderr;
  }
  return '';
}

async function sandboxOf(agent: URL, taskId: string): Promise<string | null> {
  const { data } = await axios.get<AgentState>(new URL('/state', agent).href, { proxy: false });
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

async function tail(agent: URL, path: string): Promise<string> {
  // With offset -1 the agent tells how long the file is.
  const length = (await read(agent, path, { offset: -1 })).offset;
  const offset = Math.max(0, length - tailBytes);
  const { data } = await read(agent, path, { offset, length: tailBytes });
  return data.trimEnd().split('\n').slice(-tailLines).join('\n');
}

async function read(
  agent: URL,
  path: string,
  range: { readonly offset: number; readonly length?: number },
): Promise<{ readonly data: string; readonly offset: number }> {
  const url = new URL('/files/read', agent);
  return (await axios.get(url.href, { params: { path, ...range }, proxy: false })).data;
}
