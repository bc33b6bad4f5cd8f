import type { RecordedTask, TaskLog } from '../../model/recording.ts';
import { outputLines, type PlatformAccess } from '../../platforms/index.ts';
import { type Sensitive, scanLog } from './scan-log.ts';

/** Reads what every task printed and keeps what was found in it; nothing where the platform does not tell. */
export async function readTaskLogs(
  { mesosUrl, auth }: PlatformAccess,
  tasks: readonly RecordedTask[],
  sensitive: readonly Sensitive[],
): Promise<readonly TaskLog[]> {
  if (mesosUrl === null) return [];
  return Promise.all(
    tasks.map(async ({ id, service, side }) => {
      const lines = await outputLines({ mesosUrl, auth }, id);
      return { taskId: id, service, side, ...scanLog(lines, sensitive) };
    }),
  );
}
