import { type Command, InvalidArgumentError, Option } from 'commander';
import { StagegateError } from '../model/index.ts';
import { config, json } from './options.ts';

/** `promote`, `rollback`, `can-i-promote`, `approve`, `reject`, `break-glass`, `freeze`, `unfreeze`; `done` takes the exit code. */
export function addPromotionCommands(
  program: Command,
  signal: AbortSignal,
  done: (exitCode: number) => void,
): void {
  const promoting = () => import('./commands/promote.ts');
  const deciding = () => import('./commands/decide.ts');
  about(
    program,
    'promote',
    'deploy versions that were tested into an environment, if its gate opens; builds nothing',
  )
    .addHelpText(
      'after',
      '\nExamples:\n  stagegate promote orders --to production\n  stagegate promote --all --to staging',
    )
    .action(async (services: string[], options) => {
      done(await (await promoting()).promote(chosen(services, options), options, signal));
    });
  about(program, 'rollback', 'bring back the version before, and hold the one that is there', '--in')
    .option('--reason <text>', 'why')
    .addHelpText('after', '\nExample:\n  stagegate rollback orders --in production --reason "checkout fails"')
    .action(async (services: string[], options) => {
      done(
        await (await promoting()).rollback(
          chosen(services, options),
          { ...options, to: options.to ?? options.in },
          signal,
        ),
      );
    });
  about(program, 'can-i-promote', 'what the gate would say now; writes nothing').action(
    async (services: string[], options) => {
      const { canIPromote } = await import('./commands/can-i-promote.ts');
      done(await canIPromote(chosen(services, options), options));
    },
  );
  for (const decision of ['approve', 'reject'] as const) {
    spoken(about(program, decision, `${decision} exactly the bytes that would be promoted`)).action(
      async (services: string[], options) => {
        done(await (await deciding()).decide(decision, chosen(services, options), options));
      },
    );
  }
  spoken(about(program, 'break-glass', 'let in what the gate refuses, as your debt'))
    .option('--hours <number>', 'for how long', positive, 4)
    .action(async (services: string[], options) => {
      done(await (await deciding()).breakGlass(chosen(services, options), options));
    });
  program
    .command('doctor')
    .description(
      'what this machine and the outside systems of the project have, and what to do about the rest',
    )
    .addOption(config())
    .addOption(json())
    .action(async (options) => {
      done(await (await import('./commands/doctor.ts')).doctor(options, signal));
    });
  program
    .command('clean')
    .description('free what no environment needs')
    .option('--dry-run', 'only tell')
    .addOption(config())
    .addOption(json())
    .action(async (options) => {
      done(await (await import('./commands/clean.ts')).clean(options));
    });
  program
    .command('evidence')
    .description('everything that let a service into an environment, signed, in one archive')
    .argument('<service>')
    .requiredOption('--to <environment>', 'the environment it was promoted to')
    .option('--out <file>', 'where it goes (default: <service>-<environment>.evidence.tar)')
    .option(
      '--signing-key <file>',
      "Ed25519 private key in PEM (default: the project's own, made when first asked for)",
    )
    .addOption(config())
    .addOption(json())
    .action(async (service: string, options) => {
      done(await (await import('./commands/evidence.ts')).evidence(service, options));
    });
  program
    .command('verify')
    .description('whether every byte of an evidence pack is as it was signed')
    .argument('<pack>')
    .requiredOption('--key <file>', 'Ed25519 public key in PEM')
    .addOption(json())
    .action(async (pack: string, options) => {
      done(await (await import('./commands/evidence.ts')).verify(pack, options));
    });
  for (const [name, frozen] of [
    ['freeze', true],
    ['unfreeze', false],
  ] as const) {
    const command = program
      .command(name)
      .description(frozen ? 'let nothing into an environment' : 'let versions into an environment again')
      .argument('<environment>')
      .option('--reason <text>', 'why')
      .option('--by <person>', 'who says so (default: the user.email of git)')
      .addOption(config())
      .addOption(json());
    if (frozen) command.option('--until <time>', 'when it ends by itself');
    command.action(async (environment: string, options) => {
      done(await (await import('./commands/freeze.ts')).freeze(environment, frozen, options));
    });
  }
}

function about(program: Command, name: string, description: string, place = '--to'): Command {
  const command = program
    .command(name)
    .description(description)
    .argument('[services...]', 'or --all')
    .option('--all', 'every service whose version differs')
    .option(
      '--artifact <version>',
      'a version or the beginning of a digest, of one service (default: what the environment before has)',
    )
    .addOption(config())
    .addOption(json());
  if (place === '--to') return command.requiredOption('--to <environment>', 'the environment to enter');
  return command
    .option(`${place} <environment>`, 'the environment')
    .addOption(new Option('--to <environment>', `the same as ${place}`).hideHelp())
    .hook('preAction', (self) => {
      const { to, in: within } = self.opts();
      if (to === undefined && within === undefined)
        self.error(`error: required option '${place} <environment>' not specified`);
    });
}

function spoken(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why')
    .option('--by <person>', 'who says so (default: the user.email of git)');
}

/** Services by name, or none for all of them. */
function chosen(services: readonly string[], { all = false }: { readonly all?: boolean }): readonly string[] {
  if (services.length === 0 && !all) throw new StagegateError('SG_USAGE', 'Name services, or write --all.');
  if (services.length > 0 && all)
    throw new StagegateError('SG_USAGE', 'Name services or write --all, not both.');
  return services;
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('Write a number above 0.');
}
