import type { ServiceConfig } from '../config/index.ts';
import { neighboursOf } from '../model/index.ts';

/** Something that goes wrong in operation, planted into one service. */
export interface Fault {
  readonly name: string;
  /** As a sentence about the service: `it ignores SIGTERM`. */
  readonly what: string;
  /** `preload`: code of `faults/<name>.mjs` that runs before the service's own; `source`: a change of its source. */
  readonly how: 'preload' | { readonly find: RegExp; readonly put: string };
  /** Variables that the fault is about; empty where it is about none. Null: the service cannot have this fault. */
  variables(service: ServiceConfig): readonly string[] | null;
}

const none = (): readonly string[] => [];

/** Every fault there is, in the order a reader expects them. */
export const faults: readonly Fault[] = [
  { name: 'ignore-sigterm', what: 'it ignores SIGTERM', how: 'preload', variables: none },
  { name: 'exit-on-sigterm', what: 'it cuts its answers at SIGTERM', how: 'preload', variables: none },
  { name: 'never-ready', what: 'it never gets ready', how: 'preload', variables: none },
  {
    name: 'ready-too-early',
    what: 'it says that it is ready 8 s too early',
    how: 'preload',
    variables: none,
  },
  { name: 'wrong-port', what: 'it listens on another port', how: 'preload', variables: none },
  { name: 'fail-one-in-200', what: 'one request in 200 fails', how: 'preload', variables: none },
  { name: 'reset-one-in-100', what: 'one connection in 100 is reset', how: 'preload', variables: none },
  { name: 'crash-after-150', what: 'it crashes at its 150th request', how: 'preload', variables: none },
  { name: 'slow', what: 'every answer comes 700 ms late', how: 'preload', variables: none },
  { name: 'leak', what: 'it keeps 1 MiB per request', how: 'preload', variables: none },
  { name: 'print-card-numbers', what: 'it prints card numbers and tokens', how: 'preload', variables: none },
  {
    name: 'hang-neighbours',
    what: 'its neighbours take its requests and never answer',
    how: 'preload',
    variables: (service) => (neighboursOf(service).length === 0 ? null : Object.keys(service.neighbours)),
  },
  {
    name: 'remove-setting',
    what: 'a setting that it needs is missing',
    how: 'preload',
    variables: ({ neighbours, database, externals }) => {
      const [first] = [
        ...Object.keys(neighbours),
        ...Object.keys(externals),
        ...(database === null ? [] : [database]),
      ];
      return first === undefined ? null : [first];
    },
  },
  {
    name: 'break-migration',
    what: 'its migration makes a table under another name',
    how: { find: /create table (?:if not exists )?\w+/i, put: '$&_drilled' },
    variables: ({ database }) => (database === null ? null : []),
  },
  {
    name: 'wrong-status',
    what: 'it answers 200 where 201 was agreed',
    how: { find: /\b201\b/, put: '200' },
    variables: none,
  },
];
