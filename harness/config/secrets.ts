import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { type SecretSource, StagegateError } from '../model/index.ts';
import type { Config, ConfigProblem } from './config.ts';

interface Place {
  readonly key: string;
  readonly source: SecretSource;
}

const commandTimeoutMs = 30_000;

/** Secrets that cannot be read here: unset variables, missing files, commands that are not installed. Reads no value. */
export function missingSecrets(
  config: Config,
  environments: readonly string[],
  env: NodeJS.ProcessEnv,
): readonly ConfigProblem[] {
  return placesOf(config, environments).flatMap(({ key, source }) => {
    const problem = whyMissing(source, config.root, env);
    return problem === null ? [] : [{ file: relative(config.root, config.file), key, ...problem }];
  });
}

/** @throws `SG_SECRET_MISSING`, without a word of the value */
export async function readSecret(
  source: SecretSource,
  { root, env, key }: { readonly root: string; readonly env: NodeJS.ProcessEnv; readonly key: string },
): Promise<string> {
  const problem = whyMissing(source, root, env);
  if (problem !== null) throw new StagegateError('SG_SECRET_MISSING', `${key}: ${problem.wrong}`);
  if ('env' in source) return env[source.env] ?? '';
  if ('file' in source) return (await readFile(resolve(root, source.file), 'utf8')).replace(/\r?\n$/, '');
  const result = await execa(source.command, {
    shell: true,
    cwd: root,
    env,
    reject: false,
    stdin: 'ignore',
    timeout: commandTimeoutMs,
  });
  if (result.failed) {
    // What it printed may be the secret.
    const how = result.exitCode === undefined ? 'was ended' : `ended with exit code ${result.exitCode}`;
    throw new StagegateError('SG_SECRET_MISSING', `${key}: \`${source.command}\` ${how}`);
  }
  return result.stdout;
}

/**
 * Every value that must not be shown, whoever gets it: secrets that can be read here, and what stands in plain settings where it should
 * not: passwords in URLs, and variables that are named like a secret. A secret that cannot be read is nobody's to show.
 */
export async function secretValues(
  config: Config,
  environments: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const all = config.environments.map(({ name }) => name);
  const asked = new Set(placesOf(config, environments).map(({ key }) => key));
  const read = await Promise.allSettled(
    placesOf(config, all)
      // Commands are not run for an environment that has no part in this.
      .filter(({ key, source }) => asked.has(key) || !('command' in source))
      .map(({ key, source }) => readSecret(source, { root: config.root, env, key })),
  );
  const secrets = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const settings = [
    ...config.services.map((service) => service.env),
    ...config.environments.flatMap((each) => [
      each.env,
      ...Object.values(each.overrides).map((override) => override.env),
    ]),
  ];
  return [...secrets, ...settings.flatMap((each) => Object.entries(each).flatMap(secretsIn))];
}

function secretsIn([variable, value]: readonly [string, string]): readonly string[] {
  const password = URL.canParse(value) ? decodeURIComponent(new URL(value).password) : '';
  const isNamed = /(PASSWORD|SECRET|TOKEN|API_?KEY)$/i.test(variable) && !value.includes('{');
  return [...(password === '' ? [] : [password]), ...(isNamed ? [value] : [])];
}

function placesOf(config: Config, environments: readonly string[]): readonly Place[] {
  const under = (key: string, secrets: Readonly<Record<string, SecretSource>>): readonly Place[] =>
    Object.entries(secrets).map(([variable, source]) => ({ key: `${key}.secrets.${variable}`, source }));
  return [
    ...config.services.flatMap(({ name, secrets }) => under(`services.${name}`, secrets)),
    ...config.environments.flatMap(({ name, secrets, overrides }, index) =>
      environments.includes(name)
        ? [
            ...under(`environments.${index}`, secrets),
            ...Object.entries(overrides).flatMap(([service, override]) =>
              under(`environments.${index}.services.${service}`, override.secrets),
            ),
          ]
        : [],
    ),
  ];
}

function whyMissing(
  source: SecretSource,
  root: string,
  env: NodeJS.ProcessEnv,
): { readonly wrong: string; readonly write: string } | null {
  if ('env' in source) {
    if ((env[source.env] ?? '') !== '') return null;
    return {
      wrong: `the environment variable ${source.env} is not set`,
      write: `${source.env}=<value> before the command`,
    };
  }
  if ('file' in source) {
    if (canRead(resolve(root, source.file))) return null;
    return { wrong: `the file ${source.file} cannot be read`, write: 'the secret there, or another path' };
  }
  const program = source.command.trim().split(/\s/, 1)[0] ?? '';
  if (isOnPath(program, root, env)) return null;
  return {
    wrong: `${program} is not on the PATH`,
    write: `a command that is installed here, or install ${program}`,
  };
}

function isOnPath(program: string, root: string, env: NodeJS.ProcessEnv): boolean {
  if (program.includes('/')) return canRun(resolve(root, program));

  return (env.PATH ?? '').split(delimiter).some((folder) => canRun(join(folder, program)));
}

function canRead(path: string): boolean {
  return can(path, constants.R_OK);
}

function canRun(path: string): boolean {
  return can(path, constants.X_OK);
}

function can(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
