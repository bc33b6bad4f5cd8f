import { expect, test } from 'vitest';
import { type MarathonEvent, notWatched, type Watched, watch } from './deployment-watch.ts';

const deployment = { appId: '/dev/shop/orders', deploymentId: 'd1', version: 'v2' };

function after(...events: readonly MarathonEvent[]): Watched {
  return events.reduce((before, event) => watch(before, event, deployment), notWatched);
}

function death(taskId: string, change: Partial<MarathonEvent> = {}): MarathonEvent {
  return {
    eventType: 'status_update_event',
    appId: '/dev/shop/orders',
    version: 'v2',
    taskId,
    taskStatus: 'TASK_FAILED',
    message: 'Command exited with status 1',
    ...change,
  };
}

test('a deployment succeeds with its own success, not with another’s', () => {
  expect(after({ eventType: 'deployment_success', id: 'd2' }).kind).toBe('going');
  expect(after({ eventType: 'deployment_success', id: 'd1' }).kind).toBe('succeeded');
});

test('a version whose tasks died three times is hopeless', () => {
  expect(after(death('1'), death('2')).kind).toBe('going');
  expect(after(death('1'), death('2'), death('3'))).toMatchObject({
    kind: 'failed',
    because: '3 of its tasks died',
    deaths: [{}, {}, { message: 'Command exited with status 1' }],
  });
});

test('an image that cannot be pulled is hopeless at once', () => {
  const message = "Failed to run 'docker pull shop/orders': exited with status 1; stderr='not found'";
  expect(after(death('1', { message }))).toMatchObject({
    kind: 'failed',
    because: 'its image cannot be pulled',
    deaths: [{ message }],
  });
});

test('one task that is told dead twice died once', () => {
  expect(after(death('1'), death('1'), death('1')).kind).toBe('going');
});

test('tasks of the old version may die, and tasks may be killed', () => {
  const old = { version: 'v1' };
  const killed = { taskStatus: 'TASK_KILLED' };
  expect(after(death('1', old), death('2', old), death('3', old))).toEqual(notWatched);
  expect(after(death('1', killed), death('2', killed), death('3', killed))).toEqual(notWatched);
});

test('a task killed for its health is a death', () => {
  const unhealthy = (taskId: string): MarathonEvent => ({
    eventType: 'unhealthy_task_kill_event',
    appId: '/dev/shop/orders',
    version: 'v2',
    taskId,
    reason: '500 Internal Server Error',
  });
  expect(after(unhealthy('1'), death('2'), unhealthy('3')).kind).toBe('failed');
});

test('a deployment that Marathon gives up has failed', () => {
  expect(after({ eventType: 'deployment_failed', id: 'd1' })).toMatchObject({ kind: 'failed' });
});
