import type { RehearsalMeasures } from '../../ledger/index.ts';
import type { Recording, RehearsedService, WindowKind } from '../../model/recording.ts';

/** Fewer calls say nothing. */
const leastCalls = 5;

/**
 * Whether the service passes the id of a request on to those it calls, and back to its caller. `expected`: another service of
 * the system, or its version before, does.
 */
export function requestIdMeasure(
  service: RehearsedService,
  recording: Recording,
): Pick<RehearsalMeasures, 'requestIds'> {
  const passed = passedOn(service.name, recording, ['new', 'soak']);
  const echoed = echoes(service.name, recording);
  const others = recording.services.filter(({ name }) => name !== service.name).map(({ name }) => name);
  const othersPass = others.some(
    (name) => (passedOn(name, recording, ['new', 'soak', 'old']).share ?? 0) > 0.5,
  );
  const before = service.overItself ? null : passedOn(service.name, recording, ['old']).share;
  const othersEcho = others.filter((name) => (echoes(name, recording) ?? 0) > 0.5).length;
  return {
    requestIds: {
      ...(passed.share === null ? {} : { passedOn: passed.share }),
      ...(echoed === null ? {} : { echoed }),
      passingExpected: othersPass || (before ?? 0) > 0.5,
      echoExpected: othersEcho > 0 && othersEcho >= others.length / 2,
      neighbours: passed.neighbours,
    },
  };
}

/** The best share among its neighbours: what is sent later, in the background, belongs to no request. */
function passedOn(
  name: string,
  { calls }: Recording,
  windows: readonly WindowKind[],
): { readonly share: number | null; readonly neighbours: readonly string[] } {
  const own = calls.filter(
    ({ service, kind, window }) => service === name && kind === 'neighbour' && windows.includes(window),
  );
  const shares = [...Map.groupBy(own, ({ dependency }) => dependency)].flatMap(([dependency, list]) => {
    const total = list.reduce((sum, one) => sum + one.calls, 0);
    const withId = list.reduce((sum, one) => sum + one.withRequestId, 0);
    return total < leastCalls ? [] : [{ dependency, share: withId / total }];
  });
  if (shares.length === 0) return { share: null, neighbours: [] };
  return {
    share: Math.max(...shares.map(({ share }) => share)),
    neighbours: shares.map(({ dependency }) => dependency),
  };
}

function echoes(name: string, { requests, services }: Recording): number | null {
  const livePath = services.find((service) => service.name === name)?.livePath;
  const own = requests.filter(
    ({ service, status, label }) =>
      service === name &&
      status !== null &&
      status < 500 &&
      !label.includes('/health/') &&
      !label.endsWith(` ${livePath}`),
  );
  if (own.length < leastCalls) return null;
  return own.filter(({ echoed }) => echoed).length / own.length;
}
