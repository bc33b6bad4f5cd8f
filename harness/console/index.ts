export { type Console, type ConsoleOptions, openConsole } from './console.ts';
