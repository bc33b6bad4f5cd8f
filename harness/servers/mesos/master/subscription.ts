import { randomUUID } from 'node:crypto';
import type { FrameworkInfo } from '../v1.ts';
import type { Subscribe } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import type { EventSink, Framework } from './entities.ts';
import { changeProblem, subscriptionProblem } from './framework-validation.ts';
import {
  addFramework,
  announceFramework,
  closeConnection,
  connect,
  disconnect,
  sendError,
  updateFramework,
} from './frameworks.ts';
import { masterInfo } from './master-info.ts';
import { requestAllocation, returnOffer } from './offers.ts';

/** A subscription as its transport sees it. */
export interface Subscription {
  readonly streamId: string;
  /** To be called once when the transport is gone, for whatever reason. */
  disconnected(): void;
}

/** Opens the way for events under the stream's id, which a transport may have to tell before the first of them. */
export type OpenSink = (streamId: string) => EventSink;

/**
 * Subscribes a scheduler: a new framework, or one that takes its id over from whoever held it. What is wrong with the
 * framework itself is said by an ERROR event that ends the stream, never by the status of the call.
 */
export function subscribe(context: MasterContext, call: Subscribe, openSink: OpenSink): Subscription {
  const streamId = randomUUID();
  const stream = { streamId, sink: openSink(streamId) };
  const id = call.framework_info.id?.value ?? '';
  context.metrics.increment(
    id === '' ? 'master/messages_register_framework' : 'master/messages_reregister_framework',
  );
  const problem = subscriptionProblem(context, call);
  if (problem !== null) return refuse(context, call, stream, problem);
  const suppressed = new Set(call.suppressed_roles);
  if (id === '') return subscribeNew(context, call.framework_info, suppressed, stream);
  const known =
    context.frameworks.get(id) ??
    addFramework(context, { ...call.framework_info, id: { value: id } }, { suppressed, recovered: true });
  const info = keepImmutable(known.info, call.framework_info);
  const change = changeProblem(known.info, info);
  if (change !== null) return refuse(context, call, stream, change);
  updateFramework(context, known, info, suppressed);
  return takeOver(context, known, stream);
}

interface Stream {
  readonly streamId: string;
  readonly sink: EventSink;
}

function refuse(
  context: MasterContext,
  call: Subscribe,
  { streamId, sink }: Stream,
  message: string,
): Subscription {
  context.info(`Refusing subscription of framework '${call.framework_info.name}': ${message}`);
  sink.send({ type: 'ERROR', error: { message } });
  sink.close();
  return { streamId, disconnected: () => undefined };
}

function subscribeNew(
  context: MasterContext,
  info: FrameworkInfo,
  suppressed: ReadonlySet<string>,
  stream: Stream,
): Subscription {
  const id = `${context.id}-${String(context.counters.framework++).padStart(4, '0')}`;
  const framework = addFramework(context, { ...info, id: { value: id } }, { suppressed, recovered: false });
  context.info(`Subscribing framework '${info.name}' as ${id}`);
  const subscription = open(context, framework, stream);
  context.bus.publish({ kind: 'framework-added', framework });
  return subscription;
}

/** Whoever comes with the id has it: the old stream ends, tasks go on, offers are void without a RESCIND. */
function takeOver(context: MasterContext, framework: Framework, stream: Stream): Subscription {
  framework.reregisteredAt = context.clock.now();
  if (framework.connection !== null) sendError(framework, 'Framework failed over');
  closeConnection(context, framework);
  for (const offer of [...framework.offers]) returnOffer(context, offer);
  context.info(`Framework ${framework.id} (${framework.info.name}) subscribed again`);
  const subscription = open(context, framework, stream);
  announceFramework(context, framework);
  return subscription;
}

function open(context: MasterContext, framework: Framework, { streamId, sink }: Stream): Subscription {
  const connection = connect(context, framework, streamId, sink);
  sink.send({
    type: 'SUBSCRIBED',
    subscribed: {
      framework_id: { value: framework.id },
      heartbeat_interval_seconds: context.flags.heartbeatIntervalMs / 1000,
      master_info: masterInfo(context),
    },
  });
  sink.send({ type: 'HEARTBEAT' });
  context.allocator.setFrameworkActive(framework.id, true);
  requestAllocation(context, 'all');
  return { streamId, disconnected: () => disconnect(context, framework, connection) };
}

/** Two members cannot change; a subscription that tries is served with the old values. */
function keepImmutable(before: FrameworkInfo, after: FrameworkInfo): FrameworkInfo {
  const { checkpoint: _, ...rest } = after;
  const kept = before.checkpoint === undefined ? {} : { checkpoint: before.checkpoint };
  return { ...rest, user: before.user, ...kept };
}
