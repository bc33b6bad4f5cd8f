import { answerOf, type Outcome } from '../definition/index.ts';
import type { DeploymentPlan } from '../plan/index.ts';

/** What a handler answers; the server adds the headers that every answer has. */
export interface Reply {
  readonly status: number;
  /** Written as JSON; absent for an empty body. */
  readonly body?: unknown;
  /** Written as it is, instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(body: unknown, status = 200): Reply {
  return { status, body };
}

export function problem(status: number, message: string): Reply {
  return { status, body: { message } };
}

/** The answer to a refused request, or what `make` says of an accepted one. */
export function replyTo<T>(outcome: Outcome<T>, make: (value: T) => Reply): Reply {
  return outcome.kind === 'ok' ? make(outcome.value) : answerOf(outcome.refusal);
}

export function deploymentStarted(plan: DeploymentPlan, status = 200, location?: string): Reply {
  return {
    status,
    body: { version: plan.version, deploymentId: plan.id },
    headers: {
      'Marathon-Deployment-Id': plan.id,
      ...(location === undefined ? {} : { Location: location }),
    },
  };
}

export const unknownApp = (id: string, version?: string): Reply =>
  problem(404, `App '${id}' does not exist${version === undefined ? '' : ` in version ${version}`}`);

export const unknownGroup = (id: string, version?: string): Reply =>
  problem(404, `Group '${id}' does not exist${version === undefined ? '' : ` in version ${version}`}`);

export const unknownTask = (id: string): Reply => problem(404, `Task '${id}' does not exist`);
