import type { z } from 'zod';

/** Path pattern (`services.*.build`; `*` is any key) → the keys allowed there. */
export type KnownKeys = Readonly<Record<string, readonly string[]>>;

/** The keys that every object below a schema knows. */
export function keysBelow(schema: z.core.$ZodType): KnownKeys {
  const known = new Map<string, Set<string>>();
  visit(schema as z.core.$ZodTypes, '', known);
  return Object.fromEntries([...known].map(([path, keys]) => [path, [...keys]]));
}

function visit(schema: z.core.$ZodTypes, path: string, known: Map<string, Set<string>>): void {
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const { def } = schema._zod;
  switch (def.type) {
    case 'object': {
      const keys = known.get(path) ?? new Set();
      known.set(path, keys);
      for (const [key, value] of Object.entries(def.shape)) {
        keys.add(key);
        visit(value as z.core.$ZodTypes, below(key), known);
      }
      return;
    }
    case 'record':
      visit(def.valueType as z.core.$ZodTypes, below('*'), known);
      return;
    case 'array':
      visit(def.element as z.core.$ZodTypes, below('*'), known);
      return;
    case 'optional':
    case 'nullable':
      visit(def.innerType as z.core.$ZodTypes, path, known);
      return;
    case 'union':
      for (const option of def.options) visit(option as z.core.$ZodTypes, path, known);
  }
}
