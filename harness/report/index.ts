export { type FileReporter, openFileReports } from './file-reports.ts';
export { requireReports } from './publish.ts';
export { openReporter, type ReporterOptions } from './reporter.ts';
export { type BegunRun, markRunning } from './running-mark.ts';
export { sweepStagingFolders } from './staging-folder.ts';
export { columns } from './terminal/columns.ts';
export { type Palette, palette } from './terminal/palette.ts';
export { type Mark, markOf } from './wording.ts';
