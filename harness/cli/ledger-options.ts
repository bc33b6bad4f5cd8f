import type { Command } from 'commander';
import { config, json } from './options.ts';

/** `ledger log | show | verify | export`; `done` takes the exit code. */
export function addLedgerCommands(program: Command, done: (exitCode: number) => void): void {
  const ledger = program
    .command('ledger')
    .description('read the record of what was built, tested and promoted');
  const commands = () => import('./commands/ledger.ts');
  ledger
    .command('log')
    .description('what was recorded, the newest last')
    .option('--limit <number>', 'only the last ones', Number)
    .addOption(config())
    .addOption(json())
    .action(async (options) => done(await (await commands()).ledgerLog(options)));
  ledger
    .command('show')
    .description('one entry whole, with its test cases')
    .argument('<id>', 'the beginning of its id')
    .addOption(config())
    .action(async (id, options) => done(await (await commands()).ledgerShow(id, options)));
  ledger
    .command('verify')
    .description('check that no entry was altered, taken out or moved')
    .addOption(config())
    .action(async (options) => done(await (await commands()).ledgerVerify(options)));
  ledger
    .command('export')
    .description('every entry, one JSON document a line')
    .addOption(config())
    .action(async (options) => done(await (await commands()).ledgerExport(options)));
}
