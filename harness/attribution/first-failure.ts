import { dependenciesOf, type Topology } from '../model/index.ts';
import { type ObservedRequest, serviceOfApp } from './observation.ts';

export interface FirstFailure {
  readonly request: ObservedRequest;
  /** Every request with the same id, in the order they began. */
  readonly chain: readonly ObservedRequest[];
}

/**
 * The request at which a test's first failing call went wrong: among the failing requests with its id, the one whose
 * service calls no other failing one. Undefined when no call of the test was answered with an error.
 */
export function firstFailure(
  requests: readonly ObservedRequest[],
  topology: Topology,
): FirstFailure | undefined {
  const chains = [...Map.groupBy(requests, ({ requestId }) => requestId).values()]
    .map((chain) => chain.toSorted((a, b) => a.atMs - b.atMs || b.durationMs - a.durationMs))
    .toSorted((a, b) => startOf(a) - startOf(b));
  for (const chain of chains) {
    const [outermost] = chain;
    // What was answered in the end had its inner failures mended by a retry.
    if (outermost === undefined || !hasFailed(outermost)) continue;
    const failing = chain.filter(hasFailed);
    const [request = outermost] = failing
      .filter((one) => !failing.some((other) => calls(one, other, topology)))
      .toSorted((a, b) => a.seq - b.seq);
    return { request, chain };
  }
  return undefined;
}

/** No answer, a broken one, or one that says that the service failed. */
export function hasFailed({ status, failure }: ObservedRequest): boolean {
  return (failure !== null && failure !== 'bad-request') || (status !== null && status >= 500);
}

function calls(caller: ObservedRequest, other: ObservedRequest, topology: Topology): boolean {
  return dependenciesOf(serviceOfApp(caller.appId), topology).has(serviceOfApp(other.appId));
}

function startOf([first]: readonly ObservedRequest[]): number {
  return first?.atMs ?? 0;
}
