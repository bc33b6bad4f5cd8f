import type { Command } from 'commander';
import { config, json, port } from './options.ts';

/** Adds `report [run]` and `report serve`. */
export function addReportCommands(
  program: Command,
  signal: AbortSignal,
  end: (exitCode: number) => void,
): void {
  const command = program
    .command('report')
    .description('draw the reports of a run again, from the ledger alone')
    .argument('[run]', 'its id (default: the last)')
    .option('--out <folder>', 'where to (default: reports)')
    .addOption(config())
    .addOption(json())
    .addHelpText(
      'after',
      '\nExamples:\n  stagegate report\n  stagegate report 20261122t141937-4c1e --out old\n  stagegate report serve',
    )
    .action(async (run, options) => {
      const { report } = await import('./commands/report.ts');
      end(await report(run, options));
    });
  command
    .command('serve')
    .description('serve the reports on loopback until interrupted; prints a link that signs in once')
    .option('--port <port>', '0: the system picks', port, 0)
    .action(async (_, serving: Command) => {
      const { serve } = await import('./commands/report.ts');
      end(await serve(serving.optsWithGlobals(), signal));
    });
}
