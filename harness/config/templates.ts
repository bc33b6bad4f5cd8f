/** `{orders.url}` names a thing and one of its fields; `{port}` and `{environment}` stand alone. */
const reference = /\{([a-z0-9][a-z0-9-]*)\.([a-z]+)\}|\{(port|environment)\}/g;

export interface Reference {
  /** Text between the braces. */
  readonly text: string;
  /** Service, store or outside system; null for `{port}` and `{environment}`. */
  readonly name: string | null;
  readonly field: string;
}

/** Fields that an address has: of a service or an outside system. */
export const addressFields = ['url', 'host', 'port'] as const;
/** Fields that a store has. */
export const storeFields = [...addressFields, 'user', 'password', 'database', 'prefix'] as const;

/** What a text refers to. Other braces, as in JSON, are left alone. */
export function referencesIn(text: string): readonly Reference[] {
  return [...text.matchAll(reference)].map(([, name, field, alone]) =>
    name !== undefined && field !== undefined
      ? { text: `${name}.${field}`, name, field }
      : { text: alone ?? '', name: null, field: alone ?? '' },
  );
}

/** The text with every reference replaced. @throws what `textFor` throws for one it does not know */
export function fillIn(text: string, textFor: (reference: Reference) => string): string {
  return text.replace(reference, (_, name, field, alone) =>
    textFor(
      name === undefined
        ? { text: alone, name: null, field: alone }
        : { text: `${name}.${field}`, name, field },
    ),
  );
}
