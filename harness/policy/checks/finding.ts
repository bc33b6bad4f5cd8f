/** What a check of definitions found wrong with one service. */
export interface Finding {
  /** Name of the check: its file's name here. */
  readonly check: string;
  readonly outcome: 'fail';
  readonly service: string;
  /** One sentence for a release manager, without the service's name in front. */
  readonly reason: string;
  /** Where to change it: `services/orders/marathon.json: upgradeStrategy`. */
  readonly key?: string;
  /** Told, and no reason to reject: it may be meant. */
  readonly advice?: boolean;
}

/** Makes the findings of one check. */
export function findingsOf(check: string) {
  return (service: string, reason: string, more: Pick<Finding, 'key' | 'advice'> = {}): Finding => ({
    check,
    outcome: 'fail',
    service,
    reason,
    ...more,
  });
}
