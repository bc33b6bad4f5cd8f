import type { AppDefinition } from './app-definition.ts';
import type { RuleProblem } from './rule-problem.ts';

/** What Marathon would refuse in a definition of the right shape, told before anything is built. */
export function checkDefinition(definition: AppDefinition, service: string): readonly RuleProblem[] {
  return [
    ...isNamedLikeTheService(definition, service),
    ...runsOneThing(definition),
    ...portNamesDiffer(definition),
    ...mappingsHaveANetwork(definition),
    ...checksNameAPort(definition),
    ...readinessAnswersInTime(definition),
    ...constraintsAreWhole(definition),
  ];
}

function isNamedLikeTheService({ id }: AppDefinition, service: string): RuleProblem[] {
  if (id.replace(/^.*\//, '') === service) return [];
  return [
    {
      key: 'id',
      wrong: `"${id}" is not the name of the service`,
      write: `"${service}"; stagegate puts the environment's group before it`,
    },
  ];
}

function runsOneThing({ cmd, args }: AppDefinition): RuleProblem[] {
  if (!cmd || !args || args.length === 0) return [];
  return [{ key: 'args', wrong: 'Marathon takes cmd or args, not both', write: 'one of the two' }];
}

function portNamesDiffer(definition: AppDefinition): RuleProblem[] {
  const names = portsOf(definition).flatMap(({ name }) => (name === undefined ? [] : [name]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return [];
  return [
    { key: keyOfPorts(definition), wrong: `port name "${twice}" is there twice`, write: 'a name for each' },
  ];
}

function mappingsHaveANetwork({ container, networks = [] }: AppDefinition): RuleProblem[] {
  if ((container?.portMappings ?? []).length === 0) return [];
  if (networks.length === 0 || networks.some(({ mode = 'container' }) => mode !== 'host')) return [];
  return [
    {
      key: 'networks',
      wrong: 'container.portMappings have no meaning on the host network',
      write: '[{ "mode": "container/bridge" }], or portDefinitions instead of portMappings',
    },
  ];
}

function checksNameAPort(definition: AppDefinition): RuleProblem[] {
  const ports = portsOf(definition);
  const health = (definition.healthChecks ?? []).flatMap(({ portIndex, port, protocol }, index) =>
    protocol === 'COMMAND' || port !== undefined || (portIndex ?? 0) < Math.max(ports.length, 1)
      ? []
      : [
          {
            key: `healthChecks.${index}.portIndex`,
            wrong: `there is no port ${portIndex}; the app has ${ports.length}`,
            write: ports.length === 1 ? '0' : `0 to ${ports.length - 1}`,
          },
        ],
  );
  const names = ports.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const ready = (definition.readinessChecks ?? []).flatMap(({ portName = 'http-api' }, index) =>
    names.includes(portName)
      ? []
      : [
          {
            key: `readinessChecks.${index}.portName`,
            wrong: `no port is named "${portName}"`,
            write:
              names.length > 0
                ? `one of ${names.join(', ')}`
                : 'the name of a port, and give that port the name',
          },
        ],
  );
  return [...health, ...ready];
}

/** Marathon's own numbers, where a check names none. */
const readinessDefaults = { intervalSeconds: 30, timeoutSeconds: 10 };

function readinessAnswersInTime({ readinessChecks = [] }: AppDefinition): RuleProblem[] {
  return readinessChecks.flatMap((check, index) => {
    const { intervalSeconds, timeoutSeconds } = { ...readinessDefaults, ...check };
    if (timeoutSeconds < intervalSeconds) return [];
    return [
      {
        key: `readinessChecks.${index}.timeoutSeconds`,
        wrong: `${timeoutSeconds} s is not less than intervalSeconds (${intervalSeconds})`,
        write: `less than ${intervalSeconds}`,
      },
    ];
  });
}

const operators: Readonly<Record<string, 'none' | 'some' | 'either'>> = {
  UNIQUE: 'none',
  CLUSTER: 'either',
  GROUP_BY: 'either',
  LIKE: 'some',
  UNLIKE: 'some',
  MAX_PER: 'some',
  IS: 'some',
};

function constraintsAreWhole({ constraints = [] }: AppDefinition): RuleProblem[] {
  return constraints.flatMap(([field, operator = '', value], index) => {
    const wants = operators[operator];
    const key = `constraints.${index}`;
    if (field === undefined || wants === undefined) {
      return [
        {
          key,
          wrong: `"${operator}" is no operator`,
          write: `["hostname", "UNIQUE"], or another of ${Object.keys(operators).join(', ')}`,
        },
      ];
    }
    if (wants !== 'some' || value !== undefined) return [];
    return [{ key, wrong: `${operator} needs a value`, write: `["${field}", "${operator}", "<value>"]` }];
  });
}

function portsOf({
  container,
  portDefinitions,
  ports,
}: AppDefinition): readonly { readonly name?: string }[] {
  return (
    container?.portMappings ??
    container?.docker?.portMappings ??
    portDefinitions ??
    ports?.map(() => ({})) ??
    []
  );
}

function keyOfPorts({ container }: AppDefinition): string {
  return container?.portMappings === undefined ? 'portDefinitions' : 'container.portMappings';
}
