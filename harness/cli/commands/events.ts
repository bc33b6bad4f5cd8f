import type { ClusterEvent, SourceState } from '../../diagnosis/index.ts';
import { exitCodes } from '../../model/index.ts';
import { findApps, followEvents, listApps, titleOf } from '../../operations/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';
import { outputPalette, toneMarks } from '../tones.ts';

/** `stagegate events`: a line for each thing that happens on the cluster, until interrupted. */
export async function events(
  services: readonly string[],
  options: ClusterOption,
  signal: AbortSignal,
): Promise<number> {
  const { access } = await findCluster(options);
  const apps = await listApps(access);
  const wanted = new Set(services.flatMap((name) => findApps(apps, name)).map(({ id }) => id));
  const titles = new Map(apps.map((app) => [app.id, titleOf(app)]));
  const paint = outputPalette();
  const line = (event: ClusterEvent): string => {
    if (options.json === true) return JSON.stringify(event);
    const subject = titles.get(event.subject) ?? event.subject;
    return `${event.at}  ${event.source.padEnd(8)}  ${subject}  ${paint.mark(toneMarks[event.tone], event.text)}`;
  };
  // Of its own tasks Marathon tells the same, in its words.
  const isRepeated = ({ source, taskId, subject }: ClusterEvent): boolean =>
    source === 'mesos' && taskId !== null && titles.has(subject);
  const lost = new Set<string>();
  const listener = {
    event(event: ClusterEvent) {
      const isWanted = wanted.size === 0 || wanted.has(event.subject);
      if (isWanted && !isRepeated(event)) process.stdout.write(`${line(event)}\n`);
    },
    source({ source, connected, because }: SourceState) {
      if (!connected) process.stderr.write(`${source} does not answer: ${because}; trying again.\n`);
      else if (lost.delete(source))
        process.stderr.write(`${source} answers again; what happened between is not shown.\n`);
      if (!connected) lost.add(source);
    },
  };
  await followEvents(access, listener, signal);
  return exitCodes.interrupted;
}
