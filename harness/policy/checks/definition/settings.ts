import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts, ServiceFacts } from './definition-facts.ts';

const fail = findingsOf('settings');

/** Read by runtimes, shells and libraries rather than by the service's own code. */
const ofRuntimes =
  /^(PATH|HOME|USER|SHELL|TERM|TZ|LANG|LC_.*|PWD|TMPDIR|CI|DEBUG|NO_COLOR|FORCE_COLOR|HTTPS?_PROXY|NO_PROXY|HOST|HOSTNAME|PORT\d*|LISTEN_ADDRESS|LD_.*|NODE_.*|UV_.*|NPM_.*|PYTHON.*|PIP_.*|GUNICORN_.*|FLASK_.*|UVICORN_.*|JAVA_.*|JDK_.*|JVM_.*|MAVEN_.*|GO[A-Z]+|DOTNET_.*|ASPNETCORE_.*|RUBY.*|RAILS_.*|PG[A-Z]+|OTEL_.*|MESOS_.*|MARATHON_.*|STAGEGATE_.*)$/;

/** Each environment gives the code what it reads, nothing that it does not, and addresses of its own only. */
export function checkSettings({ services, environments }: DefinitionFacts): readonly Finding[] {
  return services.flatMap((service) => [
    ...notSet(service),
    ...notRead(service),
    ...notEverywhere(service, environments),
    ...elsewhere(service, environments),
  ]);
}

function notSet({ name, folder, reads, env }: ServiceFacts): readonly Finding[] {
  return (reads ?? [])
    .filter((read) => read.required && !ofRuntimes.test(read.name))
    .flatMap((read) => {
      const without = Object.keys(env).filter((environment) => env[environment]?.[read.name] === undefined);
      if (without.length === 0) return [];
      return [
        fail(
          name,
          `its code needs ${read.name} (${read.file}), which nothing sets in ${without.join(', ')}`,
          {
            key: `${folder}/marathon.json: env.${read.name}`,
          },
        ),
      ];
    });
}

function notRead({ name, folder, reads, env, environmentWide }: ServiceFacts): readonly Finding[] {
  if (reads === null) return [];
  const read = new Set(reads.map((one) => one.name));
  const set = [...new Set(Object.values(env).flatMap((variables) => Object.keys(variables)))];
  return set
    .filter(
      (variable) => !read.has(variable) && !ofRuntimes.test(variable) && !environmentWide.includes(variable),
    )
    .map((variable) =>
      fail(name, `${variable} is set, but its code reads no such variable`, {
        key: `${folder}/marathon.json: env.${variable}`,
        advice: true,
      }),
    );
}

function notEverywhere(
  { name, folder, env, reads, environmentWide }: ServiceFacts,
  environments: readonly string[],
): readonly Finding[] {
  const set = [...new Set(Object.values(env).flatMap((variables) => Object.keys(variables)))];
  const needed = new Set((reads ?? []).filter(({ required }) => required).map((read) => read.name));
  return set
    .filter((variable) => !needed.has(variable) && !environmentWide.includes(variable))
    .flatMap((variable) => {
      const without = environments.filter((environment) => env[environment]?.[variable] === undefined);
      if (without.length === 0) return [];
      const having = environments.filter((environment) => !without.includes(environment));
      return [
        fail(name, `${variable} is set in ${having.join(', ')}, but not in ${without.join(', ')}`, {
          key: `${folder}/marathon.json: env.${variable}`,
          ...(isMissed(variable, { reads, having, without, environments }) ? {} : { advice: true }),
        }),
      ];
    });
}

/**
 * Whether a later environment lacks what the code reads there and has no value of its own for. What only a later environment
 * sets is mostly tuning.
 */
function isMissed(
  variable: string,
  {
    reads,
    having,
    without,
    environments,
  }: Pick<ServiceFacts, 'reads'> & Readonly<Record<'having' | 'without' | 'environments', readonly string[]>>,
): boolean {
  const read = reads?.find(({ name }) => name === variable);
  const last = (names: readonly string[]): number =>
    Math.max(...names.map((name) => environments.indexOf(name)));
  return read !== undefined && read.fallback === null && last(without) > last(having);
}

/** An address in production that names staging. */
function elsewhere({ name, folder, env }: ServiceFacts, environments: readonly string[]): readonly Finding[] {
  return environments.flatMap((environment) =>
    Object.entries(env[environment] ?? {}).flatMap(([variable, value]) => {
      if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return [];
      const words = value.toLowerCase().split(/[^a-z0-9]+/);
      if (words.includes(environment)) return [];
      const other = environments.find((candidate) => candidate !== environment && words.includes(candidate));
      if (other === undefined) return [];
      return [
        fail(name, `${variable} in ${environment} points into ${other}`, {
          key: `${folder}/marathon.json: env.${variable}`,
        }),
      ];
    }),
  );
}
