import type { ServiceInput } from './schema.ts';
import { referencesIn } from './templates.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

/** Settings as a process gets them. */
export function asTexts(values: Values = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([variable, value]) => [variable, String(value)]));
}

/** Variable → the service its template names, so that whoever asks for an address waits for that service. */
export function neighboursInTemplates(
  { env = {} }: Pick<ServiceInput, 'env'>,
  services: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([variable, value]) =>
      referencesIn(String(value)).flatMap(({ name }) =>
        name !== null && services.includes(name) ? [[variable, name] as const] : [],
      ),
    ),
  );
}
