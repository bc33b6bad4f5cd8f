import type { Command } from 'commander';
import type { PlanRequest } from '../plans/index.ts';
import { type PlanCommand, verifyContracts } from '../plans/index.ts';
import type { CommonOptions } from './commands/plan-command.ts';
import { config, json } from './options.ts';
import { addPlanCommand } from './plan-options.ts';

/** `contracts show | diff | verify | publish | can-i-deploy`; `done` takes the exit code. */
export function addContractsCommands(
  program: Command,
  run: (plan: PlanCommand, request: PlanRequest, options: CommonOptions) => Promise<void>,
  done: (exitCode: number) => void,
): void {
  const contracts = program
    .command('contracts')
    .description('which versions of consumers and providers fit together');
  const commands = () => import('./commands/contracts.ts');
  contracts
    .command('show')
    .description('the newest builds and the versions in the environments, held against each other')
    .argument('[service]', 'only its contracts')
    .addOption(config())
    .addOption(json())
    .action(async (service, options) => done(await (await commands()).contractsShow(service, options)));
  contracts
    .command('diff')
    .description('what a consumer expects now, beside what its version in an environment expects')
    .argument('<consumer>')
    .argument('<provider>')
    .option('--with <environment>', 'the environment to compare with (default: the last)')
    .addOption(config())
    .addOption(json())
    .action(async (consumer, provider, options) =>
      done(await (await commands()).contractsDiff(consumer, provider, options)),
    );
  addPlanCommand(contracts, verifyContracts, (request, options) => run(verifyContracts, request, options));
  contracts
    .command('publish')
    .description('publish pacts and results of the newest builds to the broker of the configuration')
    .option('--branch <branch>', 'the branch that the builds are of')
    .addOption(config())
    .action(async (options) => done(await (await commands()).contractsPublish(options)));
  contracts
    .command('can-i-deploy')
    .description('whether the contracts with the versions in an environment hold; exit 0 only for yes')
    .argument('<service>')
    .requiredOption('--to <environment>', 'the environment it is to enter')
    .option('--build <version>', 'a version, or the beginning of a digest (default: the newest build)')
    .addOption(config())
    .addOption(json())
    .addHelpText('after', '\nExample:\n  stagegate contracts can-i-deploy orders --to production')
    .action(async (service, options) => done(await (await commands()).contractsCanIDeploy(service, options)));
}
