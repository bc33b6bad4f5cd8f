import type { Clock } from '../../../plumbing/clock.ts';
import type { AppDefinition } from '../definition/index.ts';
import { isAtRest, rescheduleInstance, scheduleInstance } from './instance.ts';
import type { InstanceTracker } from './tracker.ts';

/** Puts `count` instances of the app into the queue: those that were stopped with their volumes first, then new ones. */
export function launchInstances(
  app: AppDefinition,
  count: number,
  options: { readonly tracker: InstanceTracker; readonly clock: Clock; readonly newUuid: () => string },
): void {
  const { tracker, clock, newUuid } = options;
  const wanted = Math.max(0, count);
  const stopped = tracker.of(app.id).filter(isAtRest).slice(0, wanted);
  const since = clock.monotonic();
  const instances = [
    ...stopped.map((instance) => rescheduleInstance(instance, app, since)),
    ...Array.from({ length: wanted - stopped.length }, () => scheduleInstance(app, newUuid(), since)),
  ];
  for (const instance of instances) tracker.put(instance);
}
