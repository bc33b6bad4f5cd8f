import { type Command, InvalidArgumentError } from 'commander';
import { config, json, port } from './options.ts';

/** Commands that look into a running cluster, or act on it: the one held in this folder unless another is named. */
export function addClusterCommands(
  program: Command,
  signal: AbortSignal,
  end: (exitCode: number) => void,
): void {
  onCluster(program, 'console', 'serve the web console until interrupted; prints a link that signs in once', [
    'stagegate console',
    'stagegate console --platform live',
  ])
    .option('--port <port>', '0: the system picks', port, 0)
    .action(async (options) => {
      const { console } = await import('./commands/console.ts');
      end(await console(options, signal));
    });

  onCluster(program, 'ps', 'what runs on a cluster, how it is, and why it is not as it should be', [
    'stagegate ps',
    'stagegate ps --platform live --json',
  ]).action(async (options) => {
    const { ps } = await import('./commands/ps.ts');
    end(await ps(options));
  });

  onCluster(program, 'logs', 'what services print, those that ended included', [
    'stagegate logs -f',
    'stagegate logs orders payments --since 10m',
  ])
    .argument('[service...]', 'name, environment/name or app id (default: all)')
    .option('-f, --follow', 'go on as they print')
    .option('--since <time>', 'from a time on, or so long ago: 30s, 10m, 2h, 2026-11-24T10:00:00Z', since)
    .option('-n, --tail <lines>', 'only the last lines', whole)
    .action(async (services, options) => {
      const { logs } = await import('./commands/logs.ts');
      end(await logs(services, options, signal));
    });

  onCluster(program, 'exec', 'run a command beside a running task, in its container or sandbox', [
    'stagegate exec orders -- env',
    'echo "select 1" | stagegate exec orders -- psql "$DATABASE_URL"',
  ])
    .argument('<service>', 'name, environment/name or app id')
    .argument('<command...>', 'program and arguments, behind --')
    .option('--task <id>', 'which task: the start of its instance id, as ps shows it (default: the first)')
    .action(async (service, command, options) => {
      const { exec } = await import('./commands/exec.ts');
      end(await exec(service, command, options, signal));
    });

  onCluster(program, 'inspect', 'all that is to be known of one service: why it does what it does', [
    'stagegate inspect orders',
    'stagegate inspect staging/orders --json',
  ])
    .argument('<service>', 'name, environment/name or app id')
    .action(async (service, options) => {
      const { inspect } = await import('./commands/inspect.ts');
      end(await inspect(service, options));
    });

  changing(
    onCluster(program, 'restart', 'replace the tasks of services by new ones', ['stagegate restart orders']),
  )
    .argument('<service...>', 'name, environment/name or app id')
    .action(async (services, options) => {
      const { restart } = await import('./commands/change.ts');
      end(await restart(services, options, signal));
    });

  changing(
    onCluster(program, 'scale', 'set how many instances of services run', [
      'stagegate scale orders=3',
      'stagegate scale orders=0 payments=2',
    ]),
  )
    .argument('<service=instances...>', 'name, environment/name or app id')
    .action(async (services, options) => {
      const { scale } = await import('./commands/change.ts');
      end(await scale(services, options, signal));
    });

  onCluster(program, 'open', 'open the address of a service, or Marathon, in the browser', [
    'stagegate open gateway',
    'stagegate open',
  ])
    .argument('[service]', 'name, environment/name or app id')
    .action(async (service, options) => {
      const { open } = await import('./commands/open.ts');
      end(await open(service, options));
    });

  onCluster(program, 'events', 'what happens on a cluster, as it happens', [
    'stagegate events orders',
    'stagegate events --json',
  ])
    .argument('[service...]', 'name, environment/name or app id (default: everything)')
    .action(async (services, options) => {
      const { events } = await import('./commands/events.ts');
      end(await events(services, options, signal));
    });
}

function onCluster(program: Command, name: string, about: string, examples: readonly string[]): Command {
  return program
    .command(name)
    .description(about)
    .option('--platform <name>', 'a lasting platform of the configuration')
    .option('--run <id>', 'the run that holds the cluster, where several do (default: the newest)')
    .option('--marathon <url>', 'any Marathon; credentials as in http://user:password@host:8080')
    .option('--mesos <url>', 'its Mesos master')
    .addOption(config())
    .addOption(json())
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}

function changing(command: Command): Command {
  return command
    .option('--no-wait', 'return as soon as Marathon has taken it')
    .option('--force', 'supersede a deployment that is under way');
}

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function since(value: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(value) ?? [];
  if (amount !== undefined) return Date.now() - Number(amount) * (unitsMs[unit] ?? 0);
  const time = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError('Write how long ago (30s, 10m, 2h, 1d) or a time (2026-11-24T10:00:00Z).');
}

function whole(value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Write a whole number from 0 up.');
}
