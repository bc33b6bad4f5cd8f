import type { RuleProblem } from './rule-problem.ts';
import type { ConfigInput } from './schema.ts';
import { addressFields, referencesIn, storeFields } from './templates.ts';

/** Every `{name.field}` of a setting names something of this system, and a field that it has. */
export function templatesAreKnown(config: ConfigInput): readonly RuleProblem[] {
  const fields = fieldsByName(config);
  return settingsOf(config).flatMap(({ key, value }) =>
    referencesIn(value).flatMap(({ text, name, field }) => {
      if (name === null) return [];
      const known = fields.get(name);
      if (known === undefined) {
        return [
          {
            key,
            wrong: `{${text}} names no service, store or outside system`,
            write: `one of ${[...fields.keys()].join(', ')}`,
          },
        ];
      }
      if (known.includes(field)) return [];
      return [
        {
          key,
          wrong: `${name} has no "${field}"`,
          write: `one of ${known.map((each) => `{${name}.${each}}`).join(', ')}`,
        },
      ];
    }),
  );
}

/** A template could not tell two things of one name apart. */
export function namesDiffer({ services, stores = {}, externals = {} }: ConfigInput): readonly RuleProblem[] {
  const kinds = { services, stores, externals };
  return Object.keys(stores)
    .concat(Object.keys(externals))
    .filter((name) => Object.values(kinds).filter((kind) => name in kind).length > 1)
    .map((name) => ({
      key: name in stores ? `stores.${name}` : `externals.${name}`,
      wrong: `"${name}" is the name of something else too`,
      write: `another name, such as "${name}-${name in stores ? 'store' : 'stub'}"`,
    }));
}

function fieldsByName({
  services,
  stores = {},
  externals = {},
}: ConfigInput): ReadonlyMap<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ...Object.keys(services).map((name) => [name, addressFields] as const),
    ...Object.keys(externals).map((name) => [name, addressFields] as const),
    ...Object.keys(stores).map((name) => [name, storeFields] as const),
  ]);
}

function settingsOf(config: ConfigInput): readonly { readonly key: string; readonly value: string }[] {
  const under = (key: string, env: Readonly<Record<string, unknown>> = {}) =>
    Object.entries(env).map(([variable, value]) => ({ key: `${key}.${variable}`, value: String(value) }));
  return [
    ...Object.entries(config.services).flatMap(([name, { env }]) => under(`services.${name}.env`, env)),
    ...config.environments.flatMap(({ env, services = {} }, index) => [
      ...under(`environments.${index}.env`, env),
      ...Object.entries(services).flatMap(([name, override]) =>
        under(`environments.${index}.services.${name}.env`, override.env),
      ),
    ]),
  ];
}
