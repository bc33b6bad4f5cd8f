import { sandboxOf, withoutControls } from '../diagnosis/index.ts';
import type { ClusterAccess } from './access.ts';
import { AgentDirectory, listTasks } from './mesos.ts';
import { SandboxFiles } from './sandbox-files.ts';

const tailBytes = 4096;
const tailLines = 12;

/** The last lines that a task printed, errors before the rest; empty when they cannot be had. */
export async function outputOf(access: ClusterAccess, taskId: string): Promise<string> {
  if (access.mesos === null) return '';
  try {
    const task = (await listTasks(access)).find(({ id }) => id === taskId);
    if (task === undefined) return '';
    const files = new SandboxFiles(access, new AgentDirectory(access));
    for (const stream of ['stderr', 'stdout']) {
      const { size } = await files.read(sandboxOf(task), stream, 0);
      const { data } = await files.read(sandboxOf(task), stream, Math.max(0, size - tailBytes));
      const lines = data.toString('utf8').trimEnd().split('\n').slice(-tailLines);
      const text = lines.map(withoutControls).join('\n');
      if (text !== '') return text;
    }
    return '';
  } catch {
    // Its agent is gone, and its files with it.
    return '';
  }
}
