export type { Backend } from './backends.ts';
export { type Edge, type EdgeOptions, startEdge } from './edge.ts';
export type { Fault } from './faults.ts';
export type { Failure, RequestPage, RequestRecord } from './records.ts';
export type { Route } from './route-table.ts';
