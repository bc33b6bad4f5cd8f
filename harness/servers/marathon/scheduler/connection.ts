import type { Filters, FrameworkInfo, KillPolicy, SchedulerEvent, TaskInfo } from '../../mesos/v1.ts';
import type { ReservationOperation } from '../offers/index.ts';

/** What the framework says to the master, without the framework id, which the connection adds. */
export type SchedulerCall =
  | {
      readonly type: 'ACCEPT';
      readonly accept: {
        readonly offer_ids: readonly { readonly value: string }[];
        readonly operations: readonly OfferOperation[];
        readonly filters?: Filters;
      };
    }
  | {
      readonly type: 'DECLINE';
      readonly decline: {
        readonly offer_ids: readonly { readonly value: string }[];
        readonly filters?: Filters;
      };
    }
  | { readonly type: 'REVIVE'; readonly revive: { readonly roles: readonly string[] } }
  | { readonly type: 'SUPPRESS'; readonly suppress: { readonly roles: readonly string[] } }
  | {
      readonly type: 'KILL';
      readonly kill: {
        readonly task_id: { readonly value: string };
        readonly agent_id?: { readonly value: string };
        readonly kill_policy?: KillPolicy;
      };
    }
  | {
      readonly type: 'ACKNOWLEDGE';
      readonly acknowledge: {
        readonly agent_id: { readonly value: string };
        readonly task_id: { readonly value: string };
        readonly uuid: string;
      };
    }
  | {
      readonly type: 'RECONCILE';
      readonly reconcile: {
        readonly tasks: readonly {
          readonly task_id: { readonly value: string };
          readonly agent_id?: { readonly value: string };
        }[];
      };
    }
  | {
      readonly type: 'UPDATE_FRAMEWORK';
      readonly update_framework: {
        readonly framework_info: FrameworkInfo;
        readonly suppressed_roles: readonly string[];
      };
    }
  | { readonly type: 'TEARDOWN' };

/** What an offer is used for; carried out in order. */
export type OfferOperation = ReservationOperation | LaunchOperation;

export interface LaunchOperation {
  readonly type: 'LAUNCH';
  readonly launch: { readonly task_infos: readonly TaskInfo[] };
}

/** One subscription. Calls leave in the order they were made. */
export interface SchedulerStream {
  /**
   * Resolves when the master has taken the call (which says nothing about its effect); rejects when it refused it or
   * could not be reached. The stream itself is closed only when the connection is gone.
   */
  call(call: SchedulerCall): Promise<void>;
  /** Ends the subscription; `onClose` is still called. */
  close(): void;
}

export interface StreamHandlers {
  onEvent(event: SchedulerEvent): void;
  /** Called once, whoever ended the stream. */
  onClose(reason: string): void;
}

/** The way to a master: over HTTP, or handed over in this process by a simulation. */
export interface SchedulerConnection {
  /** @throws Error when nobody could be reached or the subscription was refused. */
  subscribe(
    framework: FrameworkInfo,
    suppressedRoles: readonly string[],
    handlers: StreamHandlers,
  ): Promise<SchedulerStream>;
}
