export { type Console, type ConsoleOptions, openConsole } from './console.ts';
export { type ServedReports, serveReports } from './reports.ts';
export type { ProjectSource } from './server/project.ts';
