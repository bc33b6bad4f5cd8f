import { type Observation, serviceOfApp } from '../attribution/index.ts';
import type { Incident } from '../model/index.ts';
import { edgeRequests, type IncidentWatch, outputLines, type PlatformAccess } from '../platforms/index.ts';
import { logText, tellsOfFailure } from '../plumbing/log-text.ts';

/** A platform, and what is remembered of its tasks. */
export interface ObservedPlatform {
  readonly access: PlatformAccess;
  readonly watch: IncidentWatch;
}

/** More tasks than these are not asked for what they printed. */
const mostTasks = 12;

/** What was seen since a moment. Whatever cannot be had is left out: an explanation must not fail a run. */
export async function observe(
  { access, watch }: ObservedPlatform,
  {
    sinceMs,
    tags,
    chosen,
  }: {
    readonly sinceMs: number;
    readonly tags: readonly string[];
    /** Request id → tag of the test that chose it. */
    readonly chosen: ReadonlyMap<string, string>;
  },
): Promise<Observation> {
  const all = tags.length === 0 ? [] : await edgeRequests(access, sinceMs).catch(() => []);
  const named = all.flatMap((request) => {
    const { requestId } = request;
    const tag = tags.find((one) => chosen.get(requestId) === one || requestId.startsWith(one));
    if (tag === undefined) return [];
    // An id that the test chose is told by its tag from here on.
    return [
      {
        logged: requestId,
        request: { ...request, requestId: requestId.startsWith(tag) ? requestId : `${tag}${requestId}` },
      },
    ];
  });
  const incidents = await Promise.all(watch.since(sinceMs).map((one) => withOutput(one, access)));
  return {
    requests: named.map(({ request }) => request),
    incidents,
    logLines: await linesAbout(named, access),
  };
}

async function withOutput(incident: Incident, access: PlatformAccess): Promise<Incident> {
  if (incident.what !== 'died') return incident;
  const lines = await printedBy(incident.taskId, access);
  const last = lines.at(-1);
  // A structured line that tells of no failure is only the last thing that went well.
  const telling = lines.findLast(tellsOfFailure) ?? (last?.startsWith('{') === true ? undefined : last);
  return telling === undefined ? incident : { ...incident, printed: logText(telling) };
}

interface NamedRequest {
  /** Its id as services print it. */
  readonly logged: string;
  readonly request: Observation['requests'][number];
}

/** What the tasks that were asked printed about the requests. */
async function linesAbout(
  named: readonly NamedRequest[],
  access: PlatformAccess,
): Promise<Observation['logLines']> {
  const tasks = new Map(
    named.flatMap(({ request: { taskId, appId } }) =>
      taskId === null ? [] : [[taskId, serviceOfApp(appId)]],
    ),
  );
  const ids = new Map(named.map(({ logged, request }) => [logged, request.requestId]));
  const found = await Promise.all(
    [...tasks].slice(0, mostTasks).map(async ([taskId = '', service = '']) => {
      const lines = await printedBy(taskId, access);
      return lines.flatMap((text) => {
        const [, requestId] = [...ids].find(([logged]) => text.includes(logged)) ?? [];
        return requestId === undefined ? [] : [{ service, requestId, text }];
      });
    }),
  );
  return found.flat();
}

async function printedBy(taskId: string, { mesosUrl, auth }: PlatformAccess): Promise<readonly string[]> {
  if (mesosUrl === null) return [];
  const lines = await outputLines({ mesosUrl, auth }, taskId).catch(() => []);
  return lines.filter((line) => line.trim() !== '');
}
