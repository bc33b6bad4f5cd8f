import { Command, InvalidArgumentError, Option } from 'commander';
import { StagegateError } from '../model/index.ts';
import { loadPlans } from '../plans/index.ts';
import { addClusterCommands } from './cluster-commands.ts';
import { addContractsCommands } from './contracts-commands.ts';
import { addLedgerCommands } from './ledger-options.ts';
import { config, json, noAuth, port, runtime } from './options.ts';
import { addPlanCommand } from './plan-options.ts';
import { addPromotionCommands } from './promotion-commands.ts';
import { addReportCommands } from './report-options.ts';
import { versionOfStagegate } from './version-of-stagegate.ts';

/** Where each command lives. Loaded when it is called: `cluster` must not wait for vitest. */
const commands = {
  planned: async () => (await import('./commands/plan-command.ts')).runPlanCommand,
  down: async () => (await import('./commands/down.ts')).down,
  plan: async () => (await import('./commands/plan.ts')).plan,
  cluster: async () => (await import('./commands/cluster.ts')).cluster,
  broker: async () => (await import('./commands/broker.ts')).broker,
  status: async () => (await import('./commands/status.ts')).status,
  drill: async () => (await import('./commands/drill.ts')).drill,
  why: async () => (await import('./commands/why.ts')).why,
  init: async () => (await import('./commands/init.ts')).init,
  whyReuse: async () => (await import('./commands/why-reuse.ts')).whyReuse,
};

/**
 * Parses the arguments and runs what they name; resolves to the exit code.
 * @throws StagegateError, or CommanderError for arguments it does not understand (and for `--help`).
 */
export async function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<number> {
  let exitCode = 0;
  const program = new Command('stagegate')
    .description('Takes the services of a system from a commit to production through staged test gates.')
    .version(versionOfStagegate(), '--version', 'print the version of stagegate')
    .option('--verbose', 'tell every step of the work on standard error, as STAGEGATE_LOG=debug does')
    .exitOverride()
    .showHelpAfterError('(stagegate --help shows every command with examples)')
    .addHelpText('after', examples);

  program.hook('preAction', () => {
    if (program.opts().verbose === true) process.env.STAGEGATE_LOG ??= 'debug';
  });

  for (const plan of await loadPlans()) {
    addPlanCommand(program, plan, async (request, options) => {
      exitCode = await (await commands.planned())(plan, request, options, signal);
    });
  }

  program
    .command('init')
    .description('propose a configuration for the project in this folder, explain it and write it')
    .option('--yes', 'write it without asking')
    .addOption(
      new Option('--ci <service>', 'write a pipeline instead').choices(['github', 'gitlab', 'jenkins']),
    )
    .addHelpText('after', '\nExamples:\n  stagegate init --yes\n  stagegate init --ci github')
    .action(async (options) => {
      exitCode = await (await commands.init())(options);
    });

  program
    .command('plan')
    .description('print the steps that run would take, and do nothing')
    .option('--to <environment>', 'stop in this environment (default: the last)')
    .option('--timing', 'tell how long the steps took before, and the critical path')
    .addOption(config())
    .addOption(json())
    .action(async (options) => {
      exitCode = await (await commands.plan())(options);
    });

  program
    .command('down')
    .description('stop what `up` started')
    .addOption(config())
    .action(async (options) => {
      exitCode = await (await commands.down())(options, signal);
    });

  program
    .command('cluster')
    .description('run an empty cluster until interrupted; prints one JSON line when ready')
    .option('--agents <number>', 'Mesos agents', positiveInteger, 3)
    .option(
      '--agent-resources <resources>',
      "of each agent, as Mesos writes them: 'cpus:4;mem:4096'",
      resources,
    )
    .option(
      '--agent-attributes <attributes>',
      "of every agent, as Mesos writes them: 'rack:a;zone:z1'; repeat it for the second agent and so on",
      attributes,
    )
    .option('--distinct-hosts', 'each agent on an address of its own: 127.0.0.2, 127.0.0.3 …')
    .option('--marathon-port <port>', '0: the system picks', port, 0)
    .option('--mesos-port <port>', '0: the system picks', port, 0)
    .option('--mesos-only', 'leave Marathon and the edge out')
    .option('--jsonp', 'let the Mesos web UI read agents by JSONP')
    .addOption(noAuth())
    .addOption(runtime())
    .addHelpText(
      'after',
      '\nExample:\n  stagegate cluster --agents 3 --runtime process --marathon-port 8080 --mesos-port 5050',
    )
    .action(async (options) => {
      exitCode = await (await commands.cluster())(options, signal);
    });

  program
    .command('broker')
    .description('serve the contracts of the ledger as a Pact Broker until interrupted; prints one JSON line')
    .option('--port <port>', '0: the system picks', port, 0)
    .addOption(noAuth())
    .addOption(config())
    .addHelpText('after', '\nExample:\n  stagegate broker --port 9292')
    .action(async (options) => {
      exitCode = await (await commands.broker())(options, signal);
    });

  program
    .command('status')
    .description('what is deployed in each environment, and where')
    .addOption(config())
    .addOption(json())
    .action(async (options) => {
      exitCode = await (await commands.status())(options);
    });

  program
    .command('why')
    .description('why a service may, or may not, enter an environment')
    .argument('[service]')
    .option('--to <environment>', 'the environment asked about')
    .option(
      '--reuse <step>',
      'instead: whether run takes the earlier result of a step, and what changed when not',
    )
    .addOption(runtime())
    .addOption(config())
    .addOption(json())
    .addHelpText(
      'after',
      '\nExamples:\n  stagegate why orders --to staging\n  stagegate why --reuse "unit orders"',
    )
    .action(async (service, options) => {
      if (options.reuse !== undefined) {
        exitCode = await (await commands.whyReuse())(options.reuse, options);
        return;
      }
      if (service === undefined || options.to === undefined) {
        throw new StagegateError(
          'SG_USAGE',
          'Name a service and an environment: stagegate why orders --to staging.',
        );
      }
      exitCode = await (await commands.why())(service, options);
    });

  program
    .command('drill')
    .description('plant faults into a copy of the project, one at a time, and say which check catches each')
    .option(
      '--only <faults>',
      'only these, with commas between them; `fault:service` names the service',
      list,
    )
    .option('--sample <number>', 'only so many of them', positiveInteger)
    .addOption(config())
    .addOption(runtime())
    .addOption(json())
    .addHelpText('after', '\nExample:\n  stagegate drill --only ignore-sigterm:catalog,leak --json')
    .action(async (options) => {
      exitCode = await (await commands.drill())(options, signal);
    });

  const end = (code: number): void => {
    exitCode = code;
  };
  addClusterCommands(program, signal, end);
  addContractsCommands(
    program,
    async (plan, request, options) => {
      exitCode = await (await commands.planned())(plan, request, options, signal);
    },
    (code) => {
      exitCode = code;
    },
  );

  addLedgerCommands(program, end);
  addReportCommands(program, signal, end);

  addPromotionCommands(program, signal, (code) => {
    exitCode = code;
  });

  await program.parseAsync(args, { from: 'user' });
  return exitCode;
}

const examples = `
Examples:
  stagegate run                          build, test, deploy and promote into the last environment
  stagegate run --to test                only as far as test
  stagegate stage contract orders        one stage of one service
  stagegate plan                         what run would do
  stagegate why orders --to production   the reasons of the last verdict
  stagegate cluster --agents 3           an empty Mesos and Marathon to play with

Exit codes: 0 yes; 1 no; 2 wrong usage or configuration; 3 infrastructure failed; 4 pending; 130 interrupted.`;

function list(value: string): readonly string[] {
  return value.split(',').map((part) => part.trim());
}

function positiveInteger(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Write a whole number from 1 up.');
}

function resources(value: string): string {
  const resource = /^\s*[\w-]+(\([^)]*\))?\s*:\s*([\d.]+|\[[\d\s,-]+\]|\{.*\})\s*$/;
  if (value.split(';').every((part) => resource.test(part))) return value;
  throw new InvalidArgumentError(
    "Write resources as Mesos does, such as 'cpus:4;mem:4096;ports:[31000-32000]'.",
  );
}

function attributes(value: string, before: readonly string[] = []): readonly string[] {
  if (value.split(';').every((part) => /^\s*[^\s:;]+\s*:\s*\S.*$/.test(part))) return [...before, value];
  throw new InvalidArgumentError("Write attributes as Mesos does, such as 'rack:a;zone:z1'.");
}
