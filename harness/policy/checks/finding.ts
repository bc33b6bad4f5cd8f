/** What one check found out about one service. */
export interface Finding {
  /** Name of the check: its file's name here. */
  readonly check: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive' | 'skipped';
  /** The service that the finding is about: for a failure, the one that caused it. */
  readonly service: string;
  /** One sentence for a release manager, without the service's name in front. */
  readonly reason: string;
  /** Where to change it: `services/orders/marathon.json: upgradeStrategy`. */
  readonly key?: string;
  /** Told, and no reason to reject: it may be meant. */
  readonly advice?: boolean;
  /** What was measured, by name with its unit: `requests`, `p95Ms`. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** First failing requests, log lines or task deaths, one a line. */
  readonly evidence?: readonly string[];
}

/** A finding of one check, for checks that report many. */
export function findingsOf(check: string) {
  const found =
    (outcome: Finding['outcome']) =>
    (service: string, reason: string, more: Partial<Finding> = {}): Finding => ({
      check,
      outcome,
      service,
      reason,
      ...more,
    });
  return {
    pass: found('pass'),
    fail: found('fail'),
    inconclusive: found('inconclusive'),
    skipped: found('skipped'),
  };
}
