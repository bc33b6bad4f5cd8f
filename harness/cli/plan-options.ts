import type { Command } from 'commander';
import type { PlanCommand, PlanRequest } from '../plans/index.ts';
import type { CommonOptions } from './commands/plan-command.ts';
import { config, json, noAuth, runtime } from './options.ts';

/** Adds one command with a plan to the command line, as its file describes it. */
export function addPlanCommand(
  program: Command,
  plan: PlanCommand,
  run: (request: PlanRequest, options: CommonOptions) => Promise<void>,
): void {
  const command = program.command(plan.command).description(plan.summary);
  for (const [name, about] of plan.arguments ?? []) command.argument(name, about);
  for (const [flags, about] of plan.options ?? []) command.option(flags, about);
  command
    .addOption(runtime())
    .option('--ui', 'serve the console while the command runs, and print its link')
    .addOption(config())
    .addOption(json())
    .addOption(noAuth())
    .addHelpText('after', `\nExamples:\n${plan.examples.map((example) => `  ${example}`).join('\n')}`)
    .action(async () => {
      const options = command.opts();
      await run({ args: command.processedArgs.flat().filter((arg) => arg !== undefined), options }, options);
    });
}
