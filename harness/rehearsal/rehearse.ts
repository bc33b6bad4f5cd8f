import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceConfig } from '../config/index.ts';
import { firstLine, StagegateError } from '../model/index.ts';
import type { Obstacle, Recording, Side, WindowKind } from '../model/recording.ts';
import { EdgeClient } from './edge-client.ts';
import { makeRecording } from './make-recording.ts';
import { Recorder } from './measure/recorder.ts';
import { levelsOf } from './replica/levels.ts';
import { Replica, type ReplicaGround } from './replica/replica.ts';
import { isRolled, type RehearsalRequest, replaces, type ServiceInRehearsal } from './request.ts';
import { Timeline } from './timeline.ts';
import { templatesFor } from './traffic/templates.ts';
import { Traffic } from './traffic/traffic.ts';

export interface RehearsalTools extends ReplicaGround {
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Rebuilds the environment as it is now and does to it what a promotion would do: rolls the candidates over what they replace,
 * holds them, rolls back, and forward again, all under traffic. Resolves to what was seen; the checks of the policy say what it
 * means. The environment itself is not touched.
 */
export async function rehearse(request: RehearsalRequest, tools: RehearsalTools): Promise<Recording> {
  await using stack = new AsyncDisposableStack();
  const timeline = new Timeline();
  const name = `rehearsal-${request.environment.name}-${randomBytes(2).toString('hex')}`;
  const requestIdPrefix = `${name}-`;
  const edge = new EdgeClient(tools.platform.access);
  const replica = stack.use(
    await Replica.open({
      ...tools,
      config: request.config,
      environment: request.environment,
      name,
      edge,
      requestIdPrefix,
    }),
  );
  const recorder = stack.use(new Recorder({ replica, edge, timeline }));
  const traffic = stack.use(
    new Traffic({
      addressOf: (service) => replica.addressOf(service),
      templates: templatesFor(request),
      journeys: request.journeys,
      perSecond: request.pace.perSecond,
      requestIdPrefix,
      now: timeline.now,
    }),
  );
  const rehearsal = new Rehearsal({ request, tools, timeline, replica, recorder, traffic });
  await rehearsal.run();
  return rehearsal.recording();
}

interface Parts {
  readonly request: RehearsalRequest;
  readonly tools: RehearsalTools;
  readonly timeline: Timeline;
  readonly replica: Replica;
  readonly recorder: Recorder;
  readonly traffic: Traffic;
}

class Rehearsal {
  readonly #parts: Parts;
  readonly #obstacles: Obstacle[] = [];
  /** Services that are deployed, and roll when they are to. */
  #services: readonly ServiceInRehearsal[];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#services = parts.request.services;
  }

  async run(): Promise<void> {
    const { request, recorder, traffic } = this.#parts;
    const { pace } = request;
    await recorder.start();
    await this.#rebuild();
    if (this.#services.length === 0) return;
    this.#progress('finding requests that the version in place answers');
    await traffic.calibrate(this.#services.map(({ service }) => service.name));
    traffic.start();
    await this.#hold('old', pace.holdOldMs);
    await this.#roll('roll', 'new');
    await this.#hold('new', pace.holdNewMs);
    if (replaces(this.#services)) {
      await this.#rollAtOnce('back', 'old');
      await this.#hold('returned', pace.holdBackMs);
      await this.#rollAtOnce('forward', 'new');
      await this.#hold('again', pace.holdBackMs);
    }
    await traffic.pause();
  }

  async recording(): Promise<Recording> {
    const { request, tools, timeline, recorder, traffic } = this.#parts;
    await recorder.catchUp();
    return makeRecording(request, {
      startedAt: new Date(timeline.startedAt).toISOString(),
      durationMs: timeline.now(),
      runtime: tools.platform.runtime,
      late: traffic.late,
      windows: timeline.windows,
      requests: traffic.requests,
      hops: recorder.hops,
      tasks: recorder.tasks(),
      dropped: traffic.dropped,
      obstacles: this.#obstacles,
    });
  }

  /** The environment as it is; where it has no version of a service, the candidate. What does not start is left out, with its callers. */
  async #rebuild(): Promise<void> {
    const { request, replica } = this.#parts;
    this.#progress(`rebuilding ${request.environment.name}`);
    await this.#inLevels(this.#services, ({ service, previous, candidate }) =>
      replica.deploy(service, previous ?? candidate, 'old', this.#tools),
    );
  }

  /** Services that are called first, those that call them after. */
  async #roll(kind: WindowKind, side: Side): Promise<void> {
    this.#progress('rolling out');
    await this.#inLevels(this.#services.filter(isRolled), (one) => this.#replace(kind, side, one));
  }

  async #rollAtOnce(kind: WindowKind, side: Side): Promise<void> {
    this.#progress(side === 'old' ? 'rolling back' : 'rolling forward again');
    await Promise.all(
      this.#services.filter(isRolled).map((one) => this.#attempt(one, () => this.#replace(kind, side, one))),
    );
  }

  async #replace(
    kind: WindowKind,
    side: Side,
    { service, previous, candidate }: ServiceInRehearsal,
  ): Promise<void> {
    const artifact = side === 'new' ? candidate : (previous ?? candidate);
    await this.#parts.timeline.during(kind, service.name, () =>
      this.#parts.replica.deploy(service, artifact, side, this.#tools),
    );
  }

  async #inLevels(
    services: readonly ServiceInRehearsal[],
    work: (one: ServiceInRehearsal) => Promise<void>,
  ): Promise<void> {
    for (const level of levelsOf(services.map(({ service }) => service))) {
      const ready = services.filter((one) => level.includes(one.service) && this.#services.includes(one));
      await Promise.all(ready.map((one) => this.#attempt(one, () => work(one))));
    }
  }

  /** What cannot be deployed takes its callers with it: they would be blamed for it. */
  async #attempt(one: ServiceInRehearsal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.tools.signal.throwIfAborted();
      if (!(error instanceof StagegateError) || error.code !== 'SG_DEPLOYMENT_FAILED') throw error;
      this.#obstacles.push({ service: one.service.name, because: firstLine(error.message) });
      this.#services = withoutCallersOf(one.service, this.#services);
    }
  }

  async #hold(kind: WindowKind, ms: number): Promise<void> {
    const { timeline, tools } = this.#parts;
    await timeline.during(kind, null, () => pause(ms, undefined, { signal: tools.signal }));
  }

  get #tools(): Pick<RehearsalTools, 'signal' | 'onProgress'> {
    return this.#parts.tools;
  }

  #progress(text: string): void {
    this.#parts.tools.onProgress(text);
  }
}

/** Without the service and all that call it, directly or not. */
function withoutCallersOf(
  broken: ServiceConfig,
  services: readonly ServiceInRehearsal[],
): readonly ServiceInRehearsal[] {
  const gone = new Set([broken.name]);
  for (const level of levelsOf(services.map(({ service }) => service))) {
    for (const { name, neighbours } of level) {
      if (Object.values(neighbours).some((neighbour) => gone.has(neighbour))) gone.add(name);
    }
  }
  return services.filter(({ service }) => !gone.has(service.name));
}
