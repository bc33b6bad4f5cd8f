export type { Decided, Decision } from './answers.ts';
export { type Console, openConsole } from './console.ts';
export { type ServedReports, serveReports } from './reports.ts';
export { argumentsOf } from './server/decide.ts';
export type { ProjectSource } from './server/project.ts';
