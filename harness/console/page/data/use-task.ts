import { useEffect, useState } from 'preact/hooks';
import { onEvent, onReconnect } from '../live.ts';
import { findTask } from './sandbox.ts';
import type { MesosTask } from './types.ts';

/** A task as Mesos has it, running or ended; undefined while it is read, null when nobody remembers it. */
export function useTask(taskId: string): MesosTask | null | undefined {
  const [task, setTask] = useState<MesosTask | null | undefined>(undefined);
  useEffect(() => {
    const gone = new AbortController();
    const read = (): void => void findTask(taskId, gone.signal).then(setTask, () => {});
    read();
    const leave = [
      onEvent(
        (event) => event.taskId !== null && taskId.startsWith(event.taskId.split('._app')[0] ?? '') && read(),
      ),
      onReconnect(read),
    ];
    return () => {
      gone.abort();
      for (const one of leave) one();
    };
  }, [taskId]);
  return task;
}
