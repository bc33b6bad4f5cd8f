import { expect, test } from 'vitest';
import type { RecordedTask } from '../../model/recording.ts';
import { type TaskEvent, withEvent } from './task-lives.ts';

const status = (taskStatus: string, message = ''): TaskEvent => ({
  eventType: 'status_update_event',
  taskId: 'web.1.task',
  appId: '/web',
  version: 'v2',
  taskStatus,
  message,
});

test('the events of a task become its life; tasks of other apps have none', () => {
  const events = [
    status('TASK_STARTING'),
    status('TASK_RUNNING'),
    { eventType: 'instance_health_changed_event', instanceId: 'web.1', healthy: true },
    status('TASK_KILLING'),
    status('TASK_KILLED', 'Command exited with status 0'),
    { ...status('TASK_RUNNING'), taskId: 'other.1', appId: '/other' },
  ];
  const tasks = events.reduce<readonly RecordedTask[]>(
    (known, event, index) =>
      withEvent(known, event, index * 10, (appId) =>
        appId === '/web' ? { service: 'web', side: 'new' } : undefined,
      ),
    [],
  );
  expect(tasks).toMatchObject([
    {
      id: 'web.1.task',
      side: 'new',
      startedMs: 0,
      runningMs: 10,
      healthyMs: 20,
      askedToEndMs: 30,
      endedMs: 40,
      end: 'TASK_KILLED: Command exited with status 0',
    },
  ]);
});
