import type { Cause, Incident, Topology } from '../model/index.ts';
import { logText, tellsOfFailure } from '../plumbing/log-text.ts';
import { type FirstFailure, firstFailure } from './first-failure.ts';
import { type Observation, type ObservedRequest, serviceOfApp } from './observation.ts';

export interface Question {
  /** What the ids of the failing test's requests begin with. */
  readonly tag: string;
  readonly observed: Observation;
  readonly topology: Topology;
  /** Services whose digest differs from the one last promoted; null when nothing was promoted yet. */
  readonly changed: ReadonlySet<string> | null;
}

/** Which service caused a test to fail, from what was seen meanwhile; null when nothing tells. Pure. */
export function attribute({ tag, observed, topology, changed }: Question): Cause | null {
  const requests = observed.requests.filter(({ requestId }) => requestId.startsWith(tag));
  const first = firstFailure(requests, topology);
  if (first !== undefined) return byRequest(first, observed, topology, changed);
  const asked = new Set(requests.map(({ appId }) => serviceOfApp(appId)));
  const death = observed.incidents.find(({ what, service }) => isDeath(what) && asked.has(service));
  if (death !== undefined) return byDeath(death);
  return byChange(changed);
}

function byRequest(
  { request, chain }: FirstFailure,
  observed: Observation,
  topology: Topology,
  changed: ReadonlySet<string> | null,
): Cause {
  const service = serviceOfApp(request.appId);
  const lines = observed.logLines.filter((line) => line.requestId === request.requestId);
  const said = lines.findLast((line) => line.service === service && tellsOfFailure(line.text));
  const death = observed.incidents.find((one) => isDeath(one.what) && one.service === service);
  const text = said === undefined ? null : logText(said.text);
  const suspects = (topology[service] ?? []).filter(
    (neighbour) =>
      changed?.has(neighbour) !== false &&
      (text?.includes(neighbour) === true || chain.some((one) => isOdd(one, neighbour))),
  );
  const evidence = [
    ...chain.map(describeRequest),
    ...lines
      .filter(({ text }) => tellsOfFailure(text))
      .map((line) => `${line.service} logged: ${logText(line.text)}`),
    ...observed.incidents.filter((one) => one.service === service).map(describeIncident),
  ];
  const because = [
    howItFailed(request),
    ...(text === null ? [] : [text]),
    ...(death === undefined ? [] : [deathOf(death)]),
  ].join('; ');
  const [only] = suspects;
  // A service that is as it was when everything passed answers wrongly because of what it was told.
  if (changed !== null && !changed.has(service) && suspects.length === 1 && only !== undefined) {
    return {
      service: only,
      because: `it changed, and ${service}, which did not, could not use its answer: ${because}`,
      evidence,
      suspects: [],
    };
  }
  return { service, because, evidence, suspects };
}

/** An answer of a neighbour that is an error of some kind, though not its own. */
function isOdd({ appId, status, failure }: ObservedRequest, neighbour: string): boolean {
  return serviceOfApp(appId) === neighbour && (failure !== null || (status !== null && status >= 400));
}

function byDeath(death: Incident): Cause {
  return {
    service: death.service,
    because: deathOf(death),
    evidence: [describeIncident(death)],
    suspects: [],
  };
}

function byChange(changed: ReadonlySet<string> | null): Cause | null {
  const [only, ...others] = changed ?? [];
  if (only === undefined || others.length > 0) return null;
  return {
    service: only,
    because: 'it is the only service that changed since the system last passed',
    evidence: [],
    suspects: [],
  };
}

const failures: Readonly<Record<string, string>> = {
  refused: 'no task of it took the connection of',
  reset: 'it broke the connection of',
  cut: 'it broke off its answer to',
  timeout: 'it did not answer in time',
  malformed: 'it answered with something that is not HTTP to',
  'no-backend': 'it had no healthy task for',
  fault: 'a fault was set on its address for',
};

function howItFailed({ method, path, status, failure, durationMs }: ObservedRequest): string {
  const asked = `${method} ${path}`;
  if (failure === 'client-left') {
    return `it had not answered ${asked} when its caller gave up after ${Math.round(durationMs)} ms`;
  }
  const known = failure === null ? undefined : failures[failure];
  return known === undefined ? `it answered ${status} to ${asked}` : `${known} ${asked}`;
}

function describeRequest({
  appId,
  method,
  path,
  status,
  failure,
  durationMs,
  atMs,
}: ObservedRequest): string {
  const at = new Date(atMs).toISOString().slice(11, 23);
  const end = failure === null ? String(status) : `${failure}${status === null ? '' : ` (${status})`}`;
  return `${at} ${serviceOfApp(appId)} ${method} ${path}: ${end} after ${Math.round(durationMs)} ms`;
}

function isDeath(what: Incident['what']): boolean {
  return what === 'died' || what === 'killed-late';
}

function deathOf({ message, printed }: Incident): string {
  return `its task ended: ${message}${printed === undefined ? '' : `; it printed: ${printed}`}`;
}

export function describeIncident({ at, service, what, taskId, message, printed }: Incident): string {
  const said = printed === undefined ? '' : `; it printed: ${printed}`;
  return `${at.slice(11, 23)} ${service} ${what}: ${taskId}: ${message}${said}`;
}
