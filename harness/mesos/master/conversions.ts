import { Resources } from '../allocator/resources.ts';
import type { Operation } from '../wire/scheduler-call.ts';
import type { Purse } from './accept.ts';
import type { MasterContext } from './context.ts';

/** RESERVE, UNRESERVE, CREATE and DESTROY: turning resources of an offer into others. */
export function applyConversion(_context: MasterContext, _purse: Purse, _operation: Operation): Resources {
  return Resources.none;
}
