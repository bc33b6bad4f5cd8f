export { openReporter, type ReporterOptions } from './reporter.ts';
export { columns } from './terminal/columns.ts';
export { type Palette, palette } from './terminal/palette.ts';
export { duration } from './wording.ts';
