export { type Edge, type EdgeOptions, startEdge } from './edge.ts';
export type { Backend, Route } from './route.ts';
