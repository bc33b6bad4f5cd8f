import type { StageName, StoreKind } from '../model/index.ts';

/** What `init` proposes to write, before it is text. */
export interface Proposal {
  readonly system: string;
  readonly services: readonly ProposedService[];
  readonly stores: readonly ProposedStore[];
  readonly folders: { readonly pacts?: string };
  readonly hasPacts: boolean;
  /** What was found and could not be carried over, a sentence each. */
  readonly leftOut: readonly string[];
  /** Where it was read, for the explanation. */
  readonly sources: readonly string[];
}

export interface ProposedService {
  readonly name: string;
  readonly kind: 'service' | 'worker';
  /** Relative to the project; null: `services/<name>`, as is usual. */
  readonly path: string | null;
  readonly image: string | null;
  readonly build: ProposedBuild | null;
  readonly start: string | null;
  readonly port: number | null;
  readonly ready: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Variables that are secrets, or that the surroundings have to give; written as a comment. */
  readonly openVariables: readonly string[];
  readonly suites: Readonly<
    Partial<Record<StageName, string | { readonly run: string; readonly junit: string }>>
  >;
  readonly pactName: string | null;
  /** Sentences for the comment above it. */
  readonly because: readonly string[];
}

export interface ProposedBuild {
  readonly dockerfile?: string;
  readonly context?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
}

export interface ProposedStore {
  readonly name: string;
  readonly kind: StoreKind;
  readonly image: string | null;
  readonly port: number | null;
  readonly shared: boolean | null;
  readonly dedicated: boolean | null;
  readonly env: Readonly<Record<string, string>>;
  readonly init: readonly string[];
  readonly because: readonly string[];
}

/** A name as the configuration allows: lower-case letters, digits and inner dashes. */
export function allowedName(written: string): string {
  const name = written
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'service' : name;
}
