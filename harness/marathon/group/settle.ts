import type { Group, Outcome, Timestamp } from '../definition/index.ts';
import type { TreeChange } from './app-changes.ts';

/** Both ends belong to it. Marathon's: 10000 to 20000. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/** The version of the next change: now, or the first millisecond after the tree's own version. */
export function nextVersion(_root: Group, _nowMs: number): Timestamp {
  throw new Error('not written yet');
}

/**
 * Turns a change into the tree to store: service ports of 0 are assigned (an app that had some keeps them), versions and
 * version info follow what really changed, and the rules over the whole tree are checked (cycles; apps and groups of one id).
 */
export function settle(
  _from: Group,
  _change: Pick<TreeChange, 'root' | 'restarted'>,
  _options: { readonly now: Timestamp; readonly ports?: PortRange },
): Outcome<Group> {
  throw new Error('not written yet');
}
