import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../../../plumbing/clock.ts';
import { Allocator } from '../allocator/allocator.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Agent, Framework, InverseAnswer, InverseOfferRecord, OfferRecord } from './entities.ts';
import type { MasterFlags } from './flags.ts';
import { type LogLine, MasterLog } from './master-log.ts';
import { Metrics } from './metrics.ts';
import { OperatorBus } from './operator-bus.ts';
import type { Registry } from './registry.ts';

export interface MasterAddress {
  readonly hostname: string;
  readonly ip: string;
  readonly port: number;
}

/** An agent that the registry knows and that has not come back to this master yet, or that was given up. */
export interface AbsentAgent {
  readonly id: string;
  readonly hostname: string;
}

/**
 * Everything the master knows, shared by the modules that each do one part of its work. It starts empty except for
 * what the registry kept from the master before.
 */
export class MasterContext {
  readonly id: string = randomUUID();
  readonly startedAt: number;
  /** The same moment in the clock's monotonic milliseconds. */
  readonly #startedMonotonic: number;
  readonly frameworks = new Map<string, Framework>();
  readonly completedFrameworks: BoundedMap<Framework>;
  readonly agents = new Map<string, Agent>();
  readonly offers = new Map<string, OfferRecord>();
  readonly inverseOffers = new Map<string, InverseOfferRecord>();
  /** By framework and agent. */
  readonly inverseAnswers = new Map<string, InverseAnswer>();
  /** Registered with an earlier master, awaited by this one. */
  readonly recoveredAgents = new Map<string, AbsentAgent>();
  readonly allocator: Allocator;
  readonly metrics = new Metrics();
  readonly bus = new OperatorBus();
  readonly masterLog = new MasterLog();
  readonly counters = { framework: 0, agent: 0, offer: 0, completedTask: 0 };
  /** Timers of the master as a whole, cancelled when it stops. */
  readonly timers: Timer[] = [];
  /** Agents that an allocation was asked for, or 'all'; null when none is due. */
  pendingAllocation: Set<string> | 'all' | null = null;
  stopped = false;
  readonly clock: Clock;
  readonly flags: MasterFlags;
  readonly address: MasterAddress;
  readonly registry: Registry;
  readonly log: (line: LogLine) => void;

  constructor(parts: {
    readonly clock: Clock;
    readonly flags: MasterFlags;
    readonly address: MasterAddress;
    readonly registry: Registry;
    readonly log: (line: LogLine) => void;
  }) {
    this.clock = parts.clock;
    this.flags = parts.flags;
    this.address = parts.address;
    this.registry = parts.registry;
    this.log = (line) => {
      this.masterLog.append(line, this.clock.now());
      parts.log(line);
    };
    this.startedAt = this.clock.now();
    this.#startedMonotonic = this.clock.monotonic();
    this.completedFrameworks = new BoundedMap(this.flags.maxCompletedFrameworks);
    this.allocator = new Allocator(this.flags.random === undefined ? {} : { random: this.flags.random });
  }

  /** `master@ip:port`. */
  get pid(): string {
    return `master@${this.address.ip}:${this.address.port}`;
  }

  get uptimeSeconds(): number {
    return (this.clock.monotonic() - this.#startedMonotonic) / 1000;
  }

  /** Seconds since the epoch, fractional, as Mesos' messages carry time. */
  get nowSeconds(): number {
    return this.clock.now() / 1000;
  }

  info(text: string): void {
    this.log({ level: 'info', text });
  }

  warn(text: string): void {
    this.log({ level: 'warning', text });
  }
}
