import type { ServiceConfig } from '../../config/index.ts';
import type { Sensitive } from './scan-log.ts';

const secretName = /(secret|password|passwd|token|credential|api_?key|private_?key)/i;
const shortest = 6;
/** A member of a JSON body whose name says that its value is nobody else's business. */
const sentSecret = /"(?<name>[^"]*(?:secret|password|token|card|cvc|iban)[^"]*)"\s*:\s*"(?<value>[^"]+)"/gi;

/** Values that no log may show: secrets that services are handed, and settings whose names say that they are secret. */
export function sensitiveValues(
  services: readonly ServiceConfig[],
  secrets: ReadonlySet<string>,
  bodies: readonly string[],
): readonly Sensitive[] {
  const settings = services.flatMap(({ definition, env }) =>
    Object.entries({ ...definition.env, ...env }).flatMap(([name, value]) =>
      secretName.test(name) && typeof value === 'string' && !value.includes('{')
        ? [{ kind: 'secret' as const, what: `the value of ${name}`, value }]
        : [],
    ),
  );
  const handed = [...secrets].map((value) => ({
    kind: 'password' as const,
    what: 'a password or secret that it was handed',
    value,
  }));
  const sent = bodies.flatMap((body) =>
    [...body.matchAll(sentSecret)].map(({ groups: { name = '', value = '' } = {} }) => ({
      kind: 'secret' as const,
      what: `the ${name} of a request`,
      value,
    })),
  );
  const byValue = new Map([...settings, ...handed, ...sent].map((one) => [one.value, one]));
  return [...byValue.values()].filter(({ value }) => value.length >= shortest);
}
