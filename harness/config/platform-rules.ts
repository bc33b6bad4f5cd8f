import type { RuleProblem } from './rule-problem.ts';
import type { ConfigInput } from './schema.ts';

/** What an environment needs of its platform. What runs on one that lasts may use nothing that ends with a command. */
export function platformRules(config: ConfigInput): readonly RuleProblem[] {
  return [
    ...platformsExist(config),
    ...externalsAreDeclared(config),
    ...externalsLast(config),
    ...databasesLast(config),
  ];
}

function platformsExist({ environments, platforms = {} }: ConfigInput): RuleProblem[] {
  const names = ['embedded', ...Object.keys(platforms)];
  return environments.flatMap(({ platform = 'embedded' }, index) =>
    names.includes(platform)
      ? []
      : [
          {
            key: `environments.${index}.platform`,
            wrong: `platform "${platform}" is not configured`,
            write: `one of ${names.join(', ')}, or add it: platforms: { '${platform}': { marathon: '<URL>', edge: '<URL>' } }`,
          },
        ],
  );
}

function externalsAreDeclared({ environments, externals = {} }: ConfigInput): RuleProblem[] {
  const declared = Object.keys(externals);
  return environments.flatMap(({ externals: here = {} }, index) =>
    Object.keys(here)
      .filter((name) => !declared.includes(name))
      .map((name) => ({
        key: `environments.${index}.externals.${name}`,
        wrong: `outside system "${name}" is not declared`,
        write: declared.length > 0 ? `one of ${declared.join(', ')}` : 'externals beside services first',
      })),
  );
}

/** A stand-in runs in the command's own process: a service that outlives the command would call nobody. */
function externalsLast(config: ConfigInput): RuleProblem[] {
  const used = new Set(
    Object.values(config.services).flatMap(({ externals = {} }) => Object.values(externals)),
  );
  return lastingEnvironments(config).flatMap(({ name, index, externals = {} }) =>
    [...used]
      .filter((external) => !(external in externals))
      .map((external) => ({
        key: `environments.${index}.externals.${external}`,
        wrong: `${name} outlives the command, and the stand-in of ${external} does not`,
        write: `its address there: externals: { '${external}': '<URL>' }`,
      })),
  );
}

function databasesLast(config: ConfigInput): RuleProblem[] {
  const { services, stores = {}, platforms = {} } = config;
  const written = Object.values(stores);
  const hasUrl =
    written.length > 0 && written.every((store) => typeof store !== 'string' && store.url !== undefined);
  const uses = written.length > 0 || Object.values(services).some(({ database }) => database !== undefined);
  if (!uses || hasUrl) return [];
  const names = new Set(lastingEnvironments(config).map(({ platform = '' }) => platform));
  return [...names]
    .filter((name) => platforms[name]?.databases === undefined)
    .map((name) => ({
      key: `platforms.${name}.databases`,
      wrong: 'its environments outlive the command, and a database that a command starts does not',
      write: "the URL of a PostgreSQL server, or { env: 'VARIABLE' }",
    }));
}

function lastingEnvironments({ environments, platforms = {} }: ConfigInput) {
  return environments.flatMap((environment, index) =>
    environment.platform !== undefined && environment.platform in platforms
      ? [{ ...environment, index }]
      : [],
  );
}
