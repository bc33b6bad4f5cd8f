import type { Outcome, Refusal } from './types.ts';

/** What was asked for. */
export function ok<T>(value: T): Outcome<T> {
  return { kind: 'ok', value };
}

/** What was not done, and why. */
export function refused<T = never>(refusal: Refusal): Outcome<T> {
  return { kind: 'refused', refusal };
}

const lockedMessage =
  "App is locked by one or more deployments. Override with the option '?force=true'. " +
  "View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

/** The HTTP answer to a refusal, as Marathon words it. */
export function answerOf(refusal: Refusal): { readonly status: number; readonly body: unknown } {
  switch (refusal.kind) {
    case 'not-json':
      return refusal.details === undefined
        ? { status: 400, body: { message: 'Please specify data in JSON format' } }
        : { status: 400, body: { message: 'Invalid JSON', details: refusal.details } };
    case 'invalid-json':
      return { status: 422, body: { message: 'Invalid JSON', details: refusal.details } };
    case 'not-valid':
      return { status: 422, body: { message: 'Object is not valid', details: refusal.details } };
    case 'bad-argument':
      return { status: 422, body: { message: refusal.message } };
    case 'bad-request':
      return { status: 400, body: { message: refusal.message } };
    case 'not-found':
      return { status: 404, body: { message: refusal.message } };
    case 'conflict':
      return { status: 409, body: { message: refusal.message } };
    case 'locked':
      return {
        status: 409,
        body: { message: lockedMessage, deployments: refusal.deployments.map((id) => ({ id })) },
      };
    default:
      return unreachable(refusal);
  }
}

function unreachable(value: never): never {
  throw new Error(`unhandled refusal: ${JSON.stringify(value)}`);
}
