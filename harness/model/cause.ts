import type { Digest } from './digest.ts';

/** Which service caused a failure, and how that is known. */
export interface Cause {
  readonly service: string;
  /** One sentence without the service's name: `it answered 500 to POST /reservations: relation "stock" does not exist`. */
  readonly because: string;
  /** First failing requests, log lines and task deaths, one a line. */
  readonly evidence: readonly string[];
  /** Services that the failing one called and that may share the fault: nobody vouches for them until it is mended. */
  readonly suspects: readonly string[];
}

/** Something that happened to a task and that nobody asked for. */
export interface Incident {
  /** `not-placed`: every offer was refused; `killed-late`: it did not end within its grace period. */
  readonly what: 'died' | 'killed-late' | 'unhealthy' | 'recovered' | 'not-placed';
  readonly service: string;
  readonly environment: string;
  readonly appId: string;
  readonly taskId: string;
  /** In the words of Mesos or Marathon: `TASK_FAILED: Command exited with status 1`. */
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The line it printed that most likely says why; absent when it cannot be had. */
  readonly printed?: string;
}

/** What a failing test found when it was run again, and against what is deployed today. */
export interface Control {
  /**
   * `regression`: it fails again, and passes with the version deployed today. `flaky`: it passes when it is repeated.
   * `infrastructure`: it fails with the version deployed today too. `failing`: it fails again, and there is no earlier version.
   */
  readonly kind: 'regression' | 'flaky' | 'infrastructure' | 'failing';
  /** Every repetition, in the order they ran. */
  readonly rounds: readonly ControlRound[];
}

export interface ControlRound {
  readonly subject: 'candidate' | 'deployed today';
  /** Version and digest of what was tested; null for a whole system. */
  readonly version: string | null;
  readonly digest: Digest | null;
  readonly passed: number;
  readonly failed: number;
  /** The first failure of the round; null when all passed. */
  readonly failure: string | null;
}

/** What a control found, as a reason begins: `a regression: it fails again when repeated, and passes with 1.4.0 deployed today`. */
export function controlSentence({ kind, rounds }: Control): string {
  const today = rounds.find(({ subject }) => subject === 'deployed today')?.version;
  const version = today == null ? 'the version deployed today' : `${today}, deployed today`;
  const again = rounds.some(({ subject }) => subject === 'candidate')
    ? 'it fails again when repeated'
    : 'it fails';
  switch (kind) {
    case 'regression':
      return `a regression: ${again}, and passes with ${version}`;
    case 'flaky':
      return 'flaky: it failed, and passed when it was repeated';
    case 'infrastructure':
      return `infrastructure or the test itself: it fails with ${version}, too`;
    case 'failing':
      return `${again}; there is no earlier version to compare with`;
  }
}
