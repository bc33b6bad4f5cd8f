import type { Attribute, Offer, Range, Resource } from '../../mesos/v1.ts';
import { type PathId, renderApp } from '../definition/index.ts';
import { renderTally } from '../offers/index.ts';
import type { QueuedApp, UnusedOffer } from '../scheduler/launch-queue.ts';
import { timestamp } from '../tracker/instance.ts';
import { json, problem, type Reply } from './reply.ts';
import type { ApiRequest } from './request.ts';

/** GET /v2/queue */
export function listQueue(request: ApiRequest): Reply {
  return json({ queue: request.engine.queue.list().map((queued) => render(request, queued)) });
}

/** DELETE /v2/queue/{appId}/delay */
export function resetDelay({ engine }: ApiRequest, id: PathId): Reply {
  const queued = engine.queue.get(id);
  if (queued === undefined) return problem(404, `Application ${id} not found in tasks queue.`);
  engine.queue.resetDelay(queued.app);
  return { status: 204 };
}

function render({ engine, query }: ApiRequest, queued: QueuedApp): Readonly<Record<string, unknown>> {
  const { app, count, since, tally, unusedOffers } = queued;
  const timeLeftSeconds = Math.ceil(engine.queue.timeLeftMs(app) / 1000);
  const entry = {
    app: renderApp(app),
    count,
    role: app.role,
    since: timestamp(since),
    delay: { timeLeftSeconds, overdue: timeLeftSeconds === 0 },
    processedOffersSummary: renderTally(tally),
  };
  const isAskedFor = query.getAll('embed').some((name) => name.endsWith('lastUnusedOffers'));
  return isAskedFor ? { ...entry, lastUnusedOffers: unusedOffers.map(renderUnused) } : entry;
}

function renderUnused({ offer, reason, at }: UnusedOffer): unknown {
  return { offer: renderOffer(offer), timestamp: timestamp(at), reason: [reason] };
}

function renderOffer({ id, hostname, agent_id, resources, attributes }: Offer): unknown {
  return {
    id: id.value,
    agentId: agent_id.value,
    hostname,
    resources: resources.map((resource) => ({ ...renderValue(resource), role: resource.role ?? '*' })),
    attributes: (attributes ?? []).map(renderValue),
  };
}

function renderValue(value: Resource | Attribute): Readonly<Record<string, unknown>> {
  const { name, scalar, ranges } = value;
  return {
    name,
    ...(scalar === undefined ? {} : { scalar: scalar.value }),
    ...(ranges === undefined
      ? {}
      : { ranges: ranges.range.map(({ begin, end }: Range) => ({ begin, end })) }),
    ...('set' in value && value.set !== undefined ? { set: value.set.item } : {}),
    ...('text' in value && value.text !== undefined ? { text: value.text.value } : {}),
  };
}
