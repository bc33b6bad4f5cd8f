import { InvalidArgumentError, Option } from 'commander';

/** Options that several commands have. */

export function runtime(): Option {
  return new Option('--runtime <runtime>', 'what tasks run in (default: as configured, else auto)').choices([
    'auto',
    'process',
    'docker',
  ]);
}

export function config(): Option {
  return new Option('--config <file>', 'the configuration (default: stagegate.config.ts)');
}

export function json(): Option {
  return new Option('--json', 'print one JSON document instead of text');
}

export function noAuth(): Option {
  return new Option('--no-auth', 'require no user and password for the cluster');
}

export function port(value: string): number {
  const number = Number(value);
  if (value !== '' && Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('Write a port from 0 to 65535.');
}
