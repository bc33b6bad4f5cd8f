import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ServiceConfig } from '../config/index.ts';
import { dependenciesOf, firstLine, StagegateError, topologyOf } from '../model/index.ts';
import type { DependencyCalls, Obstacle, Recording, Side, WindowKind } from '../model/recording.ts';
import { EdgeClient } from './edge-client.ts';
import { callsTo, failNeighbours, failStores } from './faults/fault-rounds.ts';
import { Prober } from './faults/prober.ts';
import { killTasks } from './kill-tasks.ts';
import { makeRecording } from './make-recording.ts';
import { Recorder } from './measure/recorder.ts';
import { sensitiveValues } from './measure/sensitive-values.ts';
import { readTaskLogs } from './measure/task-logs.ts';
import { levelsOf } from './replica/levels.ts';
import { Replica, type ReplicaGround } from './replica/replica.ts';
import { isRolled, type RehearsalRequest, replaces, type ServiceInRehearsal } from './request.ts';
import { Timeline } from './timeline.ts';
import { RequestSamples } from './traffic/samples.ts';
import { liveRequests, templatesFor } from './traffic/templates.ts';
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
  const secrets = new Set<string>();
  const samples = new RequestSamples();
  const edge = new EdgeClient(tools.platform.access);
  const replica = stack.use(
    await Replica.open({
      ...tools,
      onSecret(secret) {
        secrets.add(secret);
        tools.onSecret(secret);
      },
      onRequest: (service, sent) => samples.add(service, sent),
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
      health: liveRequests(request),
      perSecond: request.pace.perSecond,
      requestIdPrefix,
      now: timeline.now,
      onRequest: (service, sent) => samples.add(service, sent),
    }),
  );
  const prober = stack.use(new Prober({ replica, samples, requestIdPrefix, now: timeline.now }));
  const rehearsal = new Rehearsal({
    request,
    tools,
    timeline,
    replica,
    recorder,
    traffic,
    prober,
    samples,
    secrets,
  });
  await rehearsal.run();
  return rehearsal.recording();
}

/** Starting a process costs more than serving: with more at once, the machine itself would lose requests. */
const rollsAtOnce = 2;

interface Parts {
  readonly request: RehearsalRequest;
  readonly tools: RehearsalTools;
  readonly timeline: Timeline;
  readonly replica: Replica;
  readonly recorder: Recorder;
  readonly traffic: Traffic;
  readonly prober: Prober;
  readonly samples: RequestSamples;
  readonly secrets: ReadonlySet<string>;
}

class Rehearsal {
  readonly #parts: Parts;
  readonly #obstacles: Obstacle[] = [];
  readonly #calls: DependencyCalls[] = [];
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
    await this.#countedHold('old', pace.holdOldMs);
    await this.#roll('roll', 'new');
    await this.#countedHold('new', pace.holdNewMs);
    await traffic.pause();
    await this.#soak();
    await this.#hold('rest', pace.restMs);
    traffic.start();
    await this.#kill();
    await traffic.pause();
    await this.#faults(failNeighbours);
    traffic.start();
    if (replaces(this.#services)) {
      await this.#rollAtOnce('back', 'old');
      await this.#hold('returned', pace.holdBackMs);
      await this.#rollAtOnce('forward', 'new');
      await this.#hold('again', pace.holdBackMs);
    }
    await traffic.pause();
    await this.#faults(failStores);
  }

  async recording(): Promise<Recording> {
    const { request, tools, timeline, recorder, traffic, prober, samples, secrets } = this.#parts;
    await recorder.catchUp();
    const tasks = recorder.tasks();
    const sensitive = sensitiveValues(request.config.services, secrets, samples.bodies());
    return makeRecording(request, {
      startedAt: new Date(timeline.startedAt).toISOString(),
      durationMs: timeline.now(),
      runtime: tools.platform.runtime,
      late: traffic.late,
      windows: timeline.windows,
      requests: traffic.requests,
      hops: recorder.hops,
      tasks,
      samples: recorder.samples,
      calls: this.#calls,
      probes: prober.probes,
      logs: await readTaskLogs(tools.platform.access, tasks, sensitive),
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
    const limit = pLimit(rollsAtOnce);
    await Promise.all(
      this.#services
        .filter(isRolled)
        .map((one) => limit(() => this.#attempt(one, () => this.#replace(kind, side, one)))),
    );
  }

  async #replace(
    kind: WindowKind,
    side: Side,
    { service, previous, candidate }: ServiceInRehearsal,
  ): Promise<void> {
    const artifact = side === 'new' ? candidate : (previous ?? candidate);
    await this.#parts.timeline.during({ kind, service: service.name }, () =>
      this.#parts.replica.deploy(service, artifact, side, this.#tools),
    );
  }

  async #inLevels(
    services: readonly ServiceInRehearsal[],
    work: (one: ServiceInRehearsal) => Promise<void>,
  ): Promise<void> {
    for (const level of levelsOf(services.map(({ service }) => service))) {
      const ready = services.filter((one) => level.includes(one.service) && this.#services.includes(one));
      const limit = pLimit(rollsAtOnce);
      await Promise.all(ready.map((one) => limit(() => this.#attempt(one, () => work(one)))));
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
    await timeline.during({ kind, service: null }, () => pause(ms, undefined, { signal: tools.signal }));
  }

  async #countedHold(kind: WindowKind, ms: number): Promise<void> {
    await this.#counted(kind, () => pause(ms, undefined, { signal: this.#parts.tools.signal }));
  }

  /** What services call meanwhile is counted. */
  async #counted(kind: WindowKind, work: () => Promise<void>): Promise<void> {
    const { timeline, replica } = this.#parts;
    const dependencies = await replica.dependencies();
    for (const { proxy } of dependencies) proxy.takeCounts();
    const began = timeline.now();
    await timeline.during({ kind, service: null }, work);
    const when = { window: kind, fault: null, durationMs: timeline.now() - began };
    this.#calls.push(...dependencies.map((dependency) => callsTo(dependency, when)));
  }

  async #soak(): Promise<void> {
    const { request, traffic, recorder, samples } = this.#parts;
    const { enoughRequests, soakMs } = request.pace;
    this.#progress('asking often enough to see what is rare');
    const isEnough = (service: string): boolean => recorder.answeredBy(service, 'new') >= enoughRequests;
    await this.#counted('soak', () => traffic.soak(isEnough, { mostMs: soakMs, samples }));
  }

  async #kill(): Promise<void> {
    const { replica, recorder, timeline, tools } = this.#parts;
    this.#progress('killing a task of each candidate');
    await timeline.during({ kind: 'kill', service: null }, () =>
      killTasks({ services: this.#rolled, replica, recorder, now: timeline.now, signal: tools.signal }),
    );
  }

  async #faults(work: typeof failStores): Promise<void> {
    const { replica, prober, timeline } = this.#parts;
    this.#progress('letting dependencies misbehave');
    await work({
      services: this.#rolled,
      dependencies: await replica.dependencies(),
      prober,
      timeline,
      calls: this.#calls,
    });
  }

  get #rolled(): readonly ServiceConfig[] {
    return this.#services.filter(isRolled).map(({ service }) => service);
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
  const topology = topologyOf(services.map(({ service }) => service));
  return services.filter(
    ({ service: { name } }) => name !== broken.name && !dependenciesOf(name, topology).has(broken.name),
  );
}
