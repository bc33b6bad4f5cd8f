export { type Console, type ConsoleOptions, openConsole } from './console.ts';
export { type ServedReports, serveReports } from './reports.ts';
export { argumentsOf, type Decided, type Decision } from './server/decide.ts';
export type { ProjectSource } from './server/project.ts';
