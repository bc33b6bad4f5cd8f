/** What an app's address does instead of, or before, asking the app. For tests of what depends on the app. */
export type Fault =
  /** Nobody listens: connections are refused, and those that stood are cut. */
  | { readonly kind: 'refuse' }
  /** Requests are taken and never answered. */
  | { readonly kind: 'hang' }
  /** The connection is reset once the request's head has come. */
  | { readonly kind: 'reset' }
  /** The app is asked `ms` later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Answered with this status; the app is not asked. */
  | { readonly kind: 'status'; readonly status: number };

const longestDelayMs = 600_000;

/** Reads a fault that came from outside; undefined when it is none. */
export function parseFault(value: unknown): Fault | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  switch (value.kind) {
    case 'refuse':
    case 'hang':
    case 'reset':
      return { kind: value.kind };
    case 'slow': {
      const ms = 'ms' in value ? value.ms : undefined;
      return isWithin(ms, 0, longestDelayMs) ? { kind: 'slow', ms } : undefined;
    }
    case 'status': {
      const status = 'status' in value ? value.status : undefined;
      return isWithin(status, 200, 599) && Number.isInteger(status) ? { kind: 'status', status } : undefined;
    }
    default:
      return undefined;
  }
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
