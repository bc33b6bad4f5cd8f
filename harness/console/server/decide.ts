import type { Config } from '../../config/index.ts';
import { type Decision, decisions } from '../answers.ts';

const wholeEnvironment = new Set(['freeze', 'unfreeze']);

/** Null when it names nothing that can be decided: only names of the configuration reach a command. */
export function readDecision(body: unknown, { services, environments }: Config): Decision | null {
  if (typeof body !== 'object' || body === null) return null;
  const { kind, service = null, environment, reason } = body as Record<string, unknown>;
  const known = decisions.find((one) => one === kind);
  const isEnvironment = environments.some(({ name }) => name === environment);
  const isService = services.some(({ name }) => name === service);
  if (known === undefined || !isEnvironment || isService === wholeEnvironment.has(known)) return null;
  if (typeof reason !== 'string' || reason.trim() === '') return null;
  return {
    kind: known,
    service: isService ? String(service) : null,
    environment: String(environment),
    reason: reason.trim().slice(0, 500),
  };
}

/** The command line of a decision. Values are tied to their options, so none of them is taken for an option. */
export function argumentsOf({ kind, service, environment, reason }: Decision): readonly string[] {
  const about =
    service === null ? [environment] : [service, `${kind === 'rollback' ? '--in' : '--to'}=${environment}`];
  return [kind, ...about, ...(kind === 'promote' ? [] : [`--reason=${reason}`])];
}
