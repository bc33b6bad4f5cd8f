export { openReporter, type ReporterOptions } from './reporter.ts';
